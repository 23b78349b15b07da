// Answers of InfluxDB 1.x, read from JSON without Python.
#pragma once

#include <string_view>
#include <vector>

#include "results/result.hpp"

// Reads one whole document; throws Irregular if it is not plainly regular.
std::vector<ResultFound> read_json(std::string_view document);
