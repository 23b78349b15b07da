// Looks for bytes in a word, eight at once.
#pragma once

#include <cstdint>

// The highest bit of each byte of what these give tells; above the lowest one that is set it may be wrong.
constexpr uint64_t all(unsigned char sign) { return 0x0101010101010101u * sign; }
constexpr uint64_t below(uint64_t word, unsigned char sign) { return (word - all(sign)) & ~word; }
constexpr uint64_t equal(uint64_t word, unsigned char sign) { return below(word ^ all(sign), 1); }
