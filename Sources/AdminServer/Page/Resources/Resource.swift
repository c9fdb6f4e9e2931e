import EventLoop

/// What belongs to every screen and is the same for all: stylesheet and script, served by the daemon itself.
enum Resource {
  case style, script

  static func at(_ path: String) -> Resource? {
    switch path {
    case "/page.css": .style
    case "/page.js": .script
    default: nil
    }
  }

  var response: HTTPResponse {
    switch self {
    case .style: .with(200, "OK", "text/css; charset=utf-8", StyleSheet.text)
    case .script: .with(200, "OK", "text/javascript; charset=utf-8", Script.text)
    }
  }
}
