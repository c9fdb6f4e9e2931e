/* An instruction that Swift has no word for. */
#ifndef C_PROCESSOR_H
#define C_PROCESSOR_H

/* Has the cache line of an address fetched, and waits for nothing. No read in the sense of any rule: the address may be
   anybody's, or nobody's. */
static inline void processor_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

#endif
