/* What libFuzzer offers to a mutator: see https://llvm.org/docs/LibFuzzer.html */
#ifndef C_LIBFUZZER_H
#define C_LIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

#endif
