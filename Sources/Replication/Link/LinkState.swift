/// Where the link is, in the words of docs/replication.md and of `stats replication`.
package enum LinkState: String, Sendable {
  case off
  case listen
  case connect
  case copy
  case stream
}
