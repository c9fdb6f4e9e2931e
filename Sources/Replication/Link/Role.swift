/// Who listened is the master, who connected the slave; alone one is the master. Both serve reads and writes.
package enum Role: Sendable, Equatable {
  case master
  case slave
}
