/* Instructions that Swift has no word for. */
#ifndef C_PROCESSOR_H
#define C_PROCESSOR_H

#include <stdint.h>

/* Has the cache line of an address fetched, and waits for nothing. No read in the sense of any rule: the address may be
   anybody's, or nobody's. */
static inline void processor_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/* Sixteen bytes as a value: no address, so nothing that could be unsafe. */
typedef unsigned char processor_bytes __attribute__((ext_vector_type(16)));
/* What comparing them gives: all bits of a byte, or none. */
typedef signed char processor_verdicts __attribute__((ext_vector_type(16)));

/* Bit n for byte n. One instruction where the processor has it. */
static inline uint32_t processor_bits(processor_verdicts found) {
#ifdef __SSE2__
  typedef char chars __attribute__((vector_size(16)));
  return (uint32_t)__builtin_ia32_pmovmskb128((chars)found);
#else
  uint32_t bits = 0;
  for (int place = 0; place < 16; place++) bits |= (uint32_t)(found[place] & 1) << place;
  return bits;
#endif
}

/* Which of the sixteen bytes at an address equal `byte`: bit n for byte n. */
static inline uint32_t processor_equal_bytes(const void *address, uint8_t byte) {
  typedef processor_bytes unaligned __attribute__((aligned(1)));
  return processor_bits((processor_verdicts)(*(const unaligned *)address == (processor_bytes)byte));
}

/* Which of them are no greater than `limit`: bit n for byte n. */
static inline uint32_t processor_at_most(processor_bytes bytes, uint8_t limit) {
  return processor_bits((processor_verdicts)(bytes <= (processor_bytes)limit));
}

#endif
