// Tells what blocks of line protocol hold: where lines end, how many are points, their times and keys.

#include <algorithm>
#include <string_view>

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

// The hash of a series, and where its key ends. The order of the tags and backslashes do not matter.
uint64_t series_hash(std::string_view line, size_t& end) {
  uint64_t sum = 0;
  Hash piece;
  bool escaped = false;
  for (end = 0; end < line.size(); ++end) {
    const char sign = line[end];
    if (sign == '\n' || (sign == ' ' && !escaped)) break;
    escaped = sign == '\\' && !escaped;
    if (sign == ',') {
      sum += piece.value();
      piece = Hash();
    } else if (sign != '\\') {
      piece.add(sign);
    }
  }
  return sum + piece.value();
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

// The key of a point; false if it may have several fields and is asked for by field.
bool point_key(std::string_view line, bool by_field, uint64_t& key) {
  size_t end;
  const uint64_t series = series_hash(line, end);
  const std::string_view rest = line.substr(end);
  int64_t time = 0;
  const char* const stop = time_at_end(rest, time);
  key = Hash::mixed(series ^ Hash::mixed(static_cast<uint64_t>(time)));
  if (!by_field) return true;
  uint64_t field;
  const size_t size = stop == nullptr ? rest.size() : static_cast<size_t>(stop - rest.data());
  if (!field_hash(rest.substr(0, size), field)) return false;
  key = Hash::mixed(key ^ field);
  return true;
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
    Ref keys(checked(PyFrozenSet_New(nullptr)));
    const char *begin, *end;
    while (ends.next(begin, end)) {
      const std::string_view line = stripped(begin, end);
      if (line.empty() || line.front() == '#') continue;
      uint64_t hash;
      if (!point_key(line, args[1] == Py_True, hash)) return Py_NewRef(Py_None);
      const Ref key(checked(PyLong_FromUnsignedLongLong(hash)));
      if (PySet_Add(keys.get(), key.get()) < 0) throw PythonError{};
    }
    return keys.release();
  });
}
