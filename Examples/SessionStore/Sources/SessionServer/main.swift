import Hummingbird
import MemcacheClient
import SessionStore

// SessionServer SERVER…, such as `SessionServer 'cache1|cache2'`.
let servers = CommandLine.arguments.count > 1 ? Array(CommandLine.arguments.dropFirst()) : ["127.0.0.1:11211"]
let client = try MemcacheClient(servers: servers)
var application = Application(router: makeRouter(MemcachePersistDriver(client)))
application.addServices(client)
try await application.runService()
