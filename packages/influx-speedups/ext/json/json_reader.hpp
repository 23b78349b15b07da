// Answers of InfluxDB 1.x, read from JSON without Python.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json_cells.hpp"
#include "json/json_text.hpp"

struct SeriesFound {
  std::string name;
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<std::string> columns;
  std::optional<Cells> cells;
  bool partial = false;
};

struct ResultFound {
  uint32_t statement_id = 0;
  std::vector<SeriesFound> series;
  bool partial = false;
};

// Reads one whole document; throws Irregular if it is not plainly regular.
std::vector<ResultFound> read_results(std::string_view document);
