// Tells what blocks of line protocol hold: where lines end, how many are points, their times and keys.

#include <algorithm>
#include <string_view>
#include <vector>

#include "decode/line_ends.hpp"
#include "module.hpp"

namespace {

constexpr int64_t kLeast = INT64_MIN, kMost = INT64_MAX;

bool is_blank(char sign) { return sign == ' ' || (sign >= '\t' && sign <= '\r'); }
bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

std::string_view stripped(const char* begin, const char* end) {
  while (begin < end && is_blank(*begin)) ++begin;
  while (begin < end && is_blank(end[-1])) --end;
  return {begin, static_cast<size_t>(end - begin)};
}

// The integer, or the nearest one of 64 bits.
int64_t bounded(const char* digits, const char* end, bool negative) {
  while (digits < end && *digits == '0') ++digits;
  if (end - digits > 19) return negative ? kLeast : kMost;
  uint64_t size = 0;  // 19 digits fit
  for (; digits < end; ++digits) size = size * 10 + static_cast<uint64_t>(*digits - '0');
  const auto most = static_cast<uint64_t>(kMost);
  if (negative) return size > most ? kLeast : -static_cast<int64_t>(size);
  return static_cast<int64_t>(std::min(size, most));
}

// Reads the time at the end of a line without blanks around it; returns where the space before it is, or null.
const char* time_at_end(std::string_view line, int64_t& time) {
  const char* const begin = line.data();
  const char* const end = begin + line.size();
  const char* at = end;
  while (at > begin && is_digit(at[-1])) --at;
  const char* const digits = at;
  if (at > begin && at[-1] == '-') --at;
  if (digits == end || at == begin || at[-1] != ' ') return nullptr;
  time = bounded(digits, end, at < digits);
  return at - 1;
}

struct Summary {
  Py_ssize_t newlines = 0, points = 0;
  bool timed = true, comments = false, any_time = false;
  int64_t earliest = kMost, latest = kLeast;

  void add(const char* begin, const char* end) {
    const std::string_view line = stripped(begin, end);
    if (line.empty()) return;
    if (line.front() == '#') {
      comments = true;
      return;
    }
    ++points;
    int64_t time;
    if (time_at_end(line, time) == nullptr) {
      timed = false;
      return;
    }
    any_time = true;
    earliest = std::min(earliest, time);
    latest = std::max(latest, time);
  }
};

// A hash (FNV-1a, then the finalizer of MurmurHash3): points with equal keys have equal hashes.
class Hash {
 public:
  void add(char sign) { hash_ = (hash_ ^ static_cast<unsigned char>(sign)) * 0x100000001b3; }
  uint64_t value() const { return mixed(hash_); }

  static uint64_t mixed(uint64_t hash) {
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
    return hash ^ hash >> 33;
  }

 private:
  uint64_t hash_ = 0xcbf29ce484222325;
};

// Where the key of the series of a line ends: at the first space that is not escaped.
size_t end_of_series(std::string_view line) {
  bool escaped = false;
  size_t end = 0;
  for (; end < line.size() && line[end] != '\n' && (line[end] != ' ' || escaped); ++end) {
    escaped = line[end] == '\\' && !escaped;
  }
  return end;
}

// The order of the tags and backslashes do not matter.
uint64_t series_hash(std::string_view key) {
  uint64_t sum = 0;
  Hash piece;
  for (const char sign : key) {
    if (sign == ',') {
      sum += piece.value();
      piece = Hash();
    } else if (sign != '\\') {
      piece.add(sign);
    }
  }
  return Hash::mixed(sum + piece.value());
}

// The hash of the name of the only field; false if there may be several.
bool field_hash(std::string_view fields, uint64_t& hash) {
  if (fields.find(',') != fields.npos) return false;
  size_t at = 0;
  while (at < fields.size() && static_cast<unsigned char>(fields[at]) <= ' ') ++at;
  Hash name;
  for (; at < fields.size() && fields[at] != '='; ++at) {
    if (fields[at] != '\\') name.add(fields[at]);
  }
  hash = name.value();
  return true;
}

// The keys of points, one line after another; most lines have the series of the line before.
class PointKeys {
 public:
  explicit PointKeys(bool by_field) : by_field_(by_field) {}

  // Makes the key of a line; false if the line may have several fields, and its field is asked for.
  bool make(std::string_view line, uint64_t& key) {
    if (!has_series(line)) {
      series_ = line.substr(0, end_of_series(line));
      hash_ = series_hash(series_);
    }
    const std::string_view rest = line.substr(series_.size());
    int64_t time = 0;
    const char* const stop = time_at_end(rest, time);
    key = Hash::mixed(hash_ ^ static_cast<uint64_t>(time) * 0x9e3779b97f4a7c15);
    if (!by_field_) return true;
    uint64_t field;
    const size_t size = stop == nullptr ? rest.size() : static_cast<size_t>(stop - rest.data());
    if (!field_hash(rest.substr(0, size), field)) return false;
    key = Hash::mixed(key ^ field);
    return true;
  }

 private:
  // Whether the line plainly has the series of the one before; a backslash at the end of the key may escape
  // the space behind it.
  bool has_series(std::string_view line) const {
    const size_t size = series_.size();
    if (size == 0 || line.size() <= size || line[size] != ' ' || series_.back() == '\\') return false;
    return same_bytes(line.data(), series_.data(), size);
  }

  const bool by_field_;
  std::string_view series_;
  uint64_t hash_ = 0;
};

// A set of keys in memory of Python: a power of two of places, at most half of them taken. 0 is a free place.
class KeyTable {
 public:
  KeyTable(char* memory, size_t places) : places_(reinterpret_cast<uint64_t*>(memory)), mask_(places - 1) {}

  // False if the key is there.
  bool add(uint64_t key) {
    uint64_t& place = place_of(key);
    if (place == taken(key)) return false;
    place = taken(key);
    return true;
  }

  bool has(uint64_t key) const { return place_of(key) == taken(key); }
  const uint64_t* begin() const { return places_; }
  const uint64_t* end() const { return places_ + mask_ + 1; }

 private:
  static uint64_t taken(uint64_t key) { return key ? key : 1; }

  uint64_t& place_of(uint64_t key) const {
    size_t at = taken(key) & mask_;
    while (places_[at] != 0 && places_[at] != taken(key)) at = (at + 1) & mask_;
    return places_[at];
  }

  uint64_t* places_;
  size_t mask_;
};

constexpr size_t kFewestPlaces = 8;

// A table in the bytes of an argument; throws PythonError where it can be none.
KeyTable table_of(PyObject* argument) {
  const auto size = PyBytes_CheckExact(argument) ? static_cast<size_t>(PyBytes_GET_SIZE(argument)) : 0;
  const size_t places = size / sizeof(uint64_t);
  if (size % sizeof(uint64_t) || places < kFewestPlaces || (places & (places - 1))) {
    PyErr_SetString(PyExc_TypeError, "keys are those that point_keys returns");
    throw PythonError{};
  }
  return {PyBytes_AS_STRING(argument), places};
}

PyObject* time_or_none(bool any, int64_t time) { return any ? PyLong_FromLongLong(time) : Py_NewRef(Py_None); }

}  // namespace

PyObject* summarize_lines(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (count != 2 || !PyBytes_CheckExact(args[0])) {
    PyErr_SetString(PyExc_TypeError, "summarize_lines(data, final)");
    return nullptr;
  }
  const char* const data = PyBytes_AS_STRING(args[0]);
  const char* const stop = data + PyBytes_GET_SIZE(args[0]);
  LineEnds ends(data, stop, args[1] == Py_True);
  Summary found;
  const char *begin, *end;
  while (ends.next(begin, end)) {
    if (ends.at() - end == 1) ++found.newlines;
    if (ends.spans()) found.newlines += std::count(begin, end, '\n');
    found.add(begin, end);
  }
  return Py_BuildValue("nnnOONN", ends.at() - data, found.newlines, found.points, found.timed ? Py_True : Py_False,
                       found.comments ? Py_True : Py_False, time_or_none(found.any_time, found.earliest),
                       time_or_none(found.any_time, found.latest));
}

PyObject* point_keys(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (count != 2 || !PyBytes_CheckExact(args[0])) {
    PyErr_SetString(PyExc_TypeError, "point_keys(data, by_field)");
    return nullptr;
  }
  return guarded([args] {
    const char* const data = PyBytes_AS_STRING(args[0]);
    LineEnds ends(data, data + PyBytes_GET_SIZE(args[0]), true);
    PointKeys keys(args[1] == Py_True);
    std::vector<uint64_t> all;
    const char *begin, *end;
    while (ends.next(begin, end)) {
      const std::string_view line = stripped(begin, end);
      if (line.empty() || line.front() == '#') continue;
      uint64_t key;
      if (!keys.make(line, key)) return Py_NewRef(Py_None);
      all.push_back(key);
    }
    size_t places = kFewestPlaces;
    while (places < all.size() * 2) places *= 2;
    const auto size = static_cast<Py_ssize_t>(places * sizeof(uint64_t));
    Ref memory(checked(PyBytes_FromStringAndSize(nullptr, size)));
    std::memset(PyBytes_AS_STRING(memory.get()), 0, static_cast<size_t>(size));
    KeyTable table(PyBytes_AS_STRING(memory.get()), places);
    Py_ssize_t count = 0;
    for (const uint64_t key : all) count += table.add(key);
    return checked(Py_BuildValue("nN", count, memory.release()));
  });
}

PyObject* share_keys(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (count != 2) {
    PyErr_SetString(PyExc_TypeError, "share_keys(keys, others)");
    return nullptr;
  }
  return guarded([args] {
    KeyTable few = table_of(args[0]), many = table_of(args[1]);
    if (few.end() - few.begin() > many.end() - many.begin()) std::swap(few, many);
    const bool shared = std::any_of(few.begin(), few.end(), [&many](uint64_t key) { return key && many.has(key); });
    return PyBool_FromLong(shared);
  });
}
