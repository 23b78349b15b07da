// Reads a document of any format, by the names that its objects have.
//
// What is not plainly regular throws: an unknown key or one that comes twice, values before the columns.
// So do errors and messages, which are few and short.
#pragma once

#include <algorithm>

#include "results/result.hpp"

// The keys of an object, each of which may come once.
class Once {
 public:
  // Throws Irregular for a key that came before.
  void see(unsigned key) {
    if (seen_ >> key & 1) throw Irregular{};
    seen_ |= 1u << key;
  }

 private:
  unsigned seen_ = 0;
};

// `Format` derives from this, and reads what comes next: object(member), which calls the member with each
// key and what tells whether it came before; list(item), which calls the item for each; text(), flag(),
// small_integer(), and rows(cells). `kSortsTags` says whether tags are sorted by name, or kept in their order.
template <typename Format>
class DocumentReader {
 protected:
  std::vector<ResultFound> results() {
    std::vector<ResultFound> found;
    format().object([&](std::string_view key, Once& once) {
      if (key != "results") throw Irregular{};
      once.see(0);
      format().list([&] { found.push_back(result()); });
    });
    return found;
  }

 private:
  ResultFound result() {
    ResultFound found;
    format().object([&](std::string_view key, Once& once) {
      if (key == "statement_id") {
        once.see(0);
        found.statement_id = format().small_integer();
      } else if (key == "series") {
        once.see(1);
        format().list([&] { found.series.push_back(series()); });
      } else if (key == "partial") {
        once.see(2);
        found.partial = format().flag();
      } else {
        throw Irregular{};
      }
    });
    return found;
  }

  SeriesFound series() {
    SeriesFound found;
    format().object([&](std::string_view key, Once& once) {
      if (key == "name") {
        once.see(0);
        found.name = format().text();
      } else if (key == "tags") {
        once.see(1);
        format().object([&](std::string_view tag, Once&) {
          std::string name(tag);  // a key may hold only until the next text is read
          found.tags.emplace_back(std::move(name), format().text());
        });
        if (Format::kSortsTags) sort_by_name(found.tags);
      } else if (key == "columns") {
        once.see(2);
        format().list([&] { found.columns.emplace_back(format().text()); });
      } else if (key == "values") {
        once.see(3);
        if (found.columns.empty()) throw Irregular{};
        format().rows(found.cells.emplace(found.columns.size()));
      } else if (key == "partial") {
        once.see(4);
        found.partial = format().flag();
      } else {
        throw Irregular{};
      }
    });
    if (!found.cells) throw Irregular{};
    return found;
  }

  static void sort_by_name(std::vector<std::pair<std::string, std::string>>& tags) {
    std::stable_sort(tags.begin(), tags.end(), [](const auto& one, const auto& other) { return one.first < other.first; });
  }

  Format& format() { return static_cast<Format&>(*this); }
};
