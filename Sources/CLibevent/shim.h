// libevent as Swift sees it. event_struct.h is left out on purpose: with it `event` changes from an opaque pointer to
// a struct, and every signature that takes one changes with it.
//
// sys/types.h comes first so that the C library settles its feature macros as it does for Swift's own Glibc module:
// libevent's configuration defines _GNU_SOURCE, with which fd_set has another field name and the two modules collide.
#include <sys/types.h>
#include <event2/event.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <event2/keyvalq_struct.h>
#include <event2/bufferevent_ssl.h>
