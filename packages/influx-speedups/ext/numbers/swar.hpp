// Compares eight bytes in a word at once.
#pragma once

#include <cstdint>

// In the result, the top bit of each byte is set where it matches (SWAR). Only the lowest match is exact:
// bytes above it may be set wrongly.
constexpr uint64_t all(unsigned char sign) { return 0x0101010101010101u * sign; }
constexpr uint64_t below(uint64_t word, unsigned char sign) { return (word - all(sign)) & ~word; }
constexpr uint64_t equal(uint64_t word, unsigned char sign) { return below(word ^ all(sign), 1); }
