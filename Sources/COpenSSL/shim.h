// The part of OpenSSL's libcrypto that is used, as Swift sees it: message authentication and what goes with it.
//
// sys/types.h comes first so that the C library settles its feature macros as it does for Swift's own Glibc module.
#include <sys/types.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
