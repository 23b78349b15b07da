// Results as they are read from a document of any format, without Python.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/cells.hpp"
#include "results/irregular.hpp"

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
