import CacheServer

/// What `-h`, `-V` and `-i` print, in the form that memcached's and repcached's users know.
enum Usage {
  static let version = "repcached \(Settings.version)"

  static let help = """
    \(version)
    -p, --port=<num>          TCP port to listen on (default: 11211, 0: off)
    -U, --udp-port=<num>      UDP port; UDP is not served, only 0 is taken
                              (default: 0, off)
    -s, --unix-socket=<file>  unix socket to listen on (no TCP port for clients)
    -a, --unix-mask=<mask>    access mask for the unix socket, in octal
                              (default: 0700)
    -l, --listen=<addr>       address to listen on: host, host:port, [v6]:port;
                              several with commas or repeated (default: every
                              interface, IPv4 and IPv6)
    -d, --daemon              run as a daemon
    -r, --enable-coredumps    maximize core file limit
    -u, --user=<user>         assume identity of <user> (only when run as root)
    -m, --memory-limit=<num>  item memory in megabytes (default: 64)
    -M, --disable-evictions   return an error when memory is exhausted
                              (default: evict items)
    -c, --conn-limit=<num>    max simultaneous connections (default: 1024, or
                              what the limit of open files allows)
    -k, --lock-memory         lock down all paged memory
    -v, --verbose             verbose (print what happens to the pair)
    -vv, -vvv                 also print what each client asks
    -h, --help                print this help and exit
    -i, --license             print the licenses and exit
    -V, --version             print the version and exit
    -P, --pidfile=<file>      save PID in <file>; it is removed at the end
    -f, --slab-growth-factor=<factor>
                              chunk size growth factor (default: 1.2)
    -n, --slab-min-size=<bytes>
                              smallest chunk, item header included
                              (default: 40)
    -L, --enable-largepages   use large memory pages where available
    -D, --prefix-delimiter=<char>
                              delimiter between key prefixes and IDs for
                              per-prefix statistics, and turn them on
                              (default: ":", off)
    -t, --threads=<num>       number of threads to use (default: 4)
    -R, --max-reqs-per-event=<num>
                              requests of one connection before the next one
                              has its turn (default: 20)
    -C, --disable-cas         disable use of CAS (gets shows 0)
    -b, --listen-backlog=<num>
                              backlog queue limit (default: 1024)
    -B, --protocol=<name>     ascii or auto (default: auto)
    -I, --max-item-size=<num> max item size, with k or m behind the number
                              (default: 1m, min: 1k, max: 1024m)
    -A, --enable-shutdown     enable the "shutdown" command
    -F, --disable-flush-all   disable the "flush_all" command
        --disable-dumping     disable the commands that list keys
    -x, --peer=<host>         host of the peer: connect to it, keep the same
                              content; without -x: wait for the peer
    -X, --peer-ports=<num>    TCP port for replication, or <listen:connect>
                              (default: 11212, 0: off)
    -q, --peer-queue=<num>    records that may wait for the peer before they
                              are copied to it later instead
                              (default: 1048576)
    -o, --extended=<list>     comma separated list of extended options
       - maxconns_fast:       answer connections beyond -c with an error line
                              and close them (default: they wait)
       - hashpower:           start the index with 2^<num> buckets, 12 to 32
       - slab_chunk_max:      largest chunk in kilobytes, a power of two; larger
                              items are chained (default: 512)
       - repl_wait:           milliseconds to look for the peer of -x before
                              serving as the master (default: 1000)
       - repl_queue:          megabytes that may wait for the peer, as -q
                              (default: 64)
       - repl_ack:            answer a write when the peer has it, or after so
                              many milliseconds (default: at once)
       - repl_legacy:         the peer may be a repcached 2.x that says nothing,
                              also after a newer one was met (default: no)
       - repl_secret:         file with the secret that both sides must know
                              (default: none)
    """

  static let license = """
    \(version)

    Copyright the repcached authors.

    Licensed under the Apache License, Version 2.0 (the "License"); you may not
    use this program except in compliance with the License. You may obtain a
    copy of the License at

        http://www.apache.org/licenses/LICENSE-2.0

    Unless required by applicable law or agreed to in writing, software
    distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
    WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
    License for the specific language governing permissions and limitations
    under the License.

    It uses swift-argument-parser, swift-log and swift-system (Copyright Apple
    Inc. and the projects' authors, Apache License 2.0), OpenSSL (Copyright The
    OpenSSL Project Authors, Apache License 2.0) and libevent:

    """ + libeventLicense

  private static let libeventLicense = """

    Copyright (c) 2000-2007 Niels Provos <provos@citi.umich.edu>
    Copyright (c) 2007-2012 Niels Provos and Nick Mathewson

    Redistribution and use in source and binary forms, with or without
    modification, are permitted provided that the following conditions
    are met:
    1. Redistributions of source code must retain the above copyright
       notice, this list of conditions and the following disclaimer.
    2. Redistributions in binary form must reproduce the above copyright
       notice, this list of conditions and the following disclaimer in the
       documentation and/or other materials provided with the distribution.
    3. The name of the author may not be used to endorse or promote products
       derived from this software without specific prior written permission.

    THIS SOFTWARE IS PROVIDED BY THE AUTHOR ``AS IS'' AND ANY EXPRESS OR
    IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES
    OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED.
    IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY DIRECT, INDIRECT,
    INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT
    NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
    DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY
    THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
    (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF
    THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
    """
}
