// Answers of InfluxDB 1.x, read from MessagePack without Python.
// The format: https://github.com/msgpack/msgpack/blob/master/spec.md
#pragma once

#include <string_view>
#include <vector>

#include "results/result.hpp"

// Reads one whole document; throws Irregular if it is not plainly regular.
std::vector<ResultFound> read_msgpack(std::string_view document);

// Where reading of a document stopped.
struct Position {
  size_t byte;      // may be behind the bytes that have come
  uint64_t values;  // how many values are still to come
};

// Steps over values until all have come, or the next one is not there whole. It stops before a value
// of more than `most` bytes.
Position skip_values(std::string_view bytes, Position from, uint64_t most);
