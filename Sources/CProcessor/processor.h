/* Instructions that Swift has no word for. */
#ifndef C_PROCESSOR_H
#define C_PROCESSOR_H

#include <stdint.h>

/* Has the cache line of an address fetched, and waits for nothing. No read in the sense of any rule: the address may be
   anybody's, or nobody's. */
static inline void processor_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/* Which of the sixteen bytes at an address equal `byte`: bit n for byte n. Two instructions where the processor has them. */
static inline uint32_t processor_equal_bytes(const void *address, uint8_t byte) {
  typedef signed char bytes __attribute__((vector_size(16), aligned(1)));
  const bytes equal = *(const bytes *)address == (bytes)((bytes){0} + (signed char)byte);
#ifdef __SSE2__
  typedef char chars __attribute__((vector_size(16)));
  return (uint32_t)__builtin_ia32_pmovmskb128((chars)equal);
#else
  uint32_t bits = 0;
  for (int place = 0; place < 16; place++) bits |= (uint32_t)(equal[place] & 1) << place;
  return bits;
#endif
}

/* Sixteen bytes as a value: no address, so nothing that could be unsafe. */
typedef unsigned char processor_bytes __attribute__((ext_vector_type(16)));

/* Which of them are no greater than `limit`: bit n for byte n. */
static inline uint32_t processor_at_most(processor_bytes bytes, uint8_t limit) {
  const processor_bytes limits = (processor_bytes)limit;
  const __typeof__(bytes <= limits) found = bytes <= limits;
#ifdef __SSE2__
  typedef char chars __attribute__((vector_size(16)));
  return (uint32_t)__builtin_ia32_pmovmskb128((chars)found);
#else
  uint32_t bits = 0;
  for (int place = 0; place < 16; place++) bits |= (uint32_t)(found[place] & 1) << place;
  return bits;
#endif
}

#endif
