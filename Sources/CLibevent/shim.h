// libevent as Swift sees it. event_struct.h is left out on purpose: with it `event` changes from an opaque pointer to
// a struct, and every signature that takes one changes with it.
#include <event2/event.h>
