// The part of OpenSSL that is used, as Swift sees it: message authentication and what goes with it, and TLS.
//
// sys/types.h comes first so that the C library settles its feature macros as it does for Swift's own Glibc module.
#include <sys/types.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

// What OpenSSL has as macros with arguments or of computed values, which Swift does not see.

static inline int tls_set_min_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_min_proto_version(context, version);
}

// A record at a time may be taken, from wherever its bytes are by then; idle connections hold no buffers.
static inline void tls_set_modes(SSL_CTX *context) {
  SSL_CTX_set_mode(
      context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
}

// One recv(2) takes what fits, and not a record's head first.
static inline void tls_set_read_ahead(SSL_CTX *context) { SSL_CTX_set_read_ahead(context, 1); }

static inline void tls_refuse_renegotiation(SSL_CTX *context) { SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION); }

static inline void tls_refuse_tickets(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
}

static inline void tls_use_kernel(SSL_CTX *context) { SSL_CTX_set_options(context, SSL_OP_ENABLE_KTLS); }

static inline void tls_set_session_cache(SSL_CTX *context, int is_on) {
  SSL_CTX_set_session_cache_mode(context, is_on ? SSL_SESS_CACHE_SERVER : SSL_SESS_CACHE_OFF);
}

static inline int tls_is_unexpected_end(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

// Seconds of Unix time at which a certificate ends, or -1.
static inline long long tls_certificate_end(const X509 *certificate) {
  ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
  int days = 0, seconds = 0;
  int is_told = epoch && ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(certificate));
  ASN1_TIME_free(epoch);
  return is_told ? days * 86400LL + seconds : -1;
}

// Of the certificate that is shown and those that lead to its authority, the end that comes first; -1 where there is none.
static inline long long tls_first_end(SSL_CTX *context) {
  X509 *own = SSL_CTX_get0_certificate(context);
  long long first = own ? tls_certificate_end(own) : -1;
  STACK_OF(X509) *chain = NULL;
  SSL_CTX_get0_chain_certs(context, &chain);
  for (int number = 0; number < sk_X509_num(chain); number++) {
    long long end = tls_certificate_end(sk_X509_value(chain, number));
    if (end >= 0 && (first < 0 || end < first)) first = end;
  }
  return first;
}
