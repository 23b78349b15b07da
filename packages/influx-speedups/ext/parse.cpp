// Line protocol as points. Only lines that mean the same by all rules are read here; at any other,
// reading stops, and the line is given to Python.

#include <cmath>
#include <vector>

#include "decimals.hpp"
#include "parts.hpp"
#include "points.hpp"
#include "escaping.hpp"
#include "times.hpp"

namespace {

constexpr size_t kLongestHead = 16'384;
constexpr size_t kMostTags = 64;

bool is_digit(char sign) { return static_cast<unsigned char>(sign - '0') < 10; }

bool ends_value(char sign) { return sign == ',' || sign == ' ' || sign == '\n'; }

// Finds the first byte from `at` on that is one of two; `end` if there is none.
const char* find_either(const char* at, const char* end, char one, char other) {
#ifdef __SSE2__
  const __m128i ones = _mm_set1_epi8(one), others = _mm_set1_epi8(other);
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const int found = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, ones), _mm_cmpeq_epi8(block, others)));
    if (found != 0) return at + __builtin_ctz(found);
  }
#endif
  while (at < end && *at != one && *at != other) ++at;
  return at;
}

// A name without escapes, of which at least one byte is there; where it ends, or null.
const char* plain_name(const char* at, const char* end) {
  const char* start = at;
  for (; at < end; ++at) {
    const auto sign = static_cast<unsigned char>(*at);
    if (sign == '"' || kMeaning[sign]) break;
  }
  return at > start ? at : nullptr;
}

// A new str; none if the bytes are no UTF-8.
Ref decoded(std::string_view text) {
  Ref found(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
  if (!found) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) throw PythonError{};
    PyErr_Clear();
  }
  return found;
}

uint64_t mixed(uint64_t seed, uint64_t word) {
  seed = (seed ^ word) * 0x9e3779b97f4a7c15u;
  return seed ^ seed >> 32;
}

uint64_t hash(std::string_view raw) {
  uint64_t seed = raw.size();
  if (raw.size() < 8) {
    uint64_t word = 0;
    for (const char sign : raw) word = word << 8 | static_cast<unsigned char>(sign);
    return mixed(seed, word);
  }
  const char* at = raw.data();
  const char* last = at + raw.size() - 8;
  for (; at < last; at += 8) seed = mixed(seed, word_at<uint64_t>(at));
  return mixed(seed, word_at<uint64_t>(last));
}

// Short texts met before: keys and values come again and again. Each has one place where it can be.
class Texts {
 public:
  // A str, new or not; none if the bytes are no UTF-8.
  Ref find(std::string_view raw) {
    if (raw.size() > kLongest) return decoded(raw);
    Ref& known = known_[hash(raw) % kMost];
    if (known && same(known.get(), raw)) return Ref::borrowed(known.get());
    Ref found = decoded(raw);
    if (found && PyUnicode_IS_COMPACT_ASCII(found.get())) known = Ref::borrowed(found.get());
    return found;
  }

 private:
  static constexpr size_t kMost = 512;
  static constexpr size_t kLongest = 32;

  static bool same(PyObject* known, std::string_view raw) {
    return static_cast<size_t>(PyUnicode_GET_LENGTH(known)) == raw.size() &&
           same_bytes(PyUnicode_DATA(known), raw.data(), raw.size());
  }

  std::array<Ref, kMost> known_;
};

// A measurement with its tags, as the dict that points get copies of.
struct Head {
  std::string raw;
  Ref measurement;
  Ref tags;
};

// Reads a head: names in which a backslash does nothing but escape; false if there is more to it.
class HeadReader {
 public:
  HeadReader(std::string_view raw, Texts& texts) : at_(raw.data()), end_(raw.data() + raw.size()), texts_(texts) {}

  bool read(Head& head) {
    if (at_ == end_ || *at_ == '#') return false;
    head.measurement = name(kInMeasurement);
    head.tags = Ref(checked(PyDict_New()));
    size_t count = 0;
    while (head.measurement && at_ < end_) {
      if (*at_++ != ',' || ++count > kMostTags) return false;
      const Ref key = name(kInKey);
      if (!key || at_ == end_ || *at_++ != '=') return false;
      const Ref value = name(kInKey);
      if (!value || PyDict_SetItem(head.tags.get(), key.get(), value.get()) < 0) return failed();
    }
    return head.measurement && static_cast<size_t>(PyDict_GET_SIZE(head.tags.get())) == count;
  }

 private:
  static bool failed() {
    if (PyErr_Occurred()) throw PythonError{};
    return false;
  }

  Ref name(unsigned char escaped) {
    text_.clear();
    for (; at_ < end_; ++at_) {
      auto sign = static_cast<unsigned char>(*at_);
      if (sign == '\\') {
        if (++at_ == end_ || !(kMeaning[sign = static_cast<unsigned char>(*at_)] & escaped)) return Ref();
      } else if (sign == '"' || kMeaning[sign] & kRefused) {
        return Ref();
      } else if (sign == ',' || (sign == '=' && escaped == kInKey)) {
        break;
      }
      text_.push_back(static_cast<char>(sign));
    }
    return text_.empty() ? Ref() : texts_.find(text_);
  }

  const char* at_;
  const char* end_;
  Texts& texts_;
  std::string text_;
};

// The heads met before. Series come in turn, so the first guess is the head that came next before;
// else a table tells by the hash of its bytes where one may be.
class Heads {
 public:
  explicit Heads(Texts& texts) : texts_(texts) {}

  // None if the head is not regular; else it is there until the next is looked for.
  const Head* find(std::string_view raw) {
    next_ = next_ < heads_.size() ? next_ : 0;
    if (next_ < heads_.size() && is(heads_[next_], raw)) return &heads_[next_++];
    size_t& place = places_[hash(raw) % kMost];
    if (place < heads_.size() && is(heads_[place], raw)) {
      next_ = place + 1;
      return &heads_[place];
    }
    Head head;
    if (!HeadReader(raw, texts_).read(head)) return nullptr;
    head.raw = raw;
    if (heads_.size() == kMost) heads_.clear();
    place = heads_.size();
    heads_.push_back(std::move(head));
    next_ = heads_.size();
    return &heads_.back();
  }

 private:
  static constexpr size_t kMost = 4096;

  static bool is(const Head& head, std::string_view raw) {
    return head.raw.size() == raw.size() && same_bytes(head.raw.data(), raw.data(), raw.size());
  }

  Texts& texts_;
  std::vector<Head> heads_;
  std::vector<size_t> places_ = std::vector<size_t>(kMost);
  size_t next_ = 0;
};

// Reads values; `at` moves behind them. Where it gives none, the line is not regular.
class ValueReader {
 public:
  ValueReader(const char* at, const char* end, Texts& texts) : at(at), end(end), texts_(texts) {}

  Ref read() {
    if (at == end) return Ref();
    switch (*at) {
      case '"':
        return string();
      case 't': case 'T': case 'f': case 'F':
        return boolean();
      default:
        return number();
    }
  }

  // Reads digits with or without a minus; false if there are none, or too many for 64 bits.
  bool integer(int64_t& found) {
    const bool negative = at < end && *at == '-';
    at += negative;
    const char* start = at;
    uint64_t value = 0;
    for (; at < end && is_digit(*at); ++at) {
      const auto digit = static_cast<uint64_t>(*at - '0');
      if (value > (uint64_t{1} << 63) / 10 - 1 && value > ((uint64_t{1} << 63) - digit) / 10) return false;
      value = value * 10 + digit;
    }
    if (at == start || value > static_cast<uint64_t>(INT64_MAX) + negative) return false;
    found = static_cast<int64_t>(negative ? 0 - value : value);
    return true;
  }

  const char* at;
  const char* const end;

 private:
  static constexpr int kMostDigits = 19;

  Ref string() {
    const char* start = ++at;
    at = find_either(at, end, '"', '\\');
    if (at == end) return Ref();
    if (*at == '"') return texts_.find({start, static_cast<size_t>(at++ - start)});
    return escaped_string(start);
  }

  // Only a quote and a backslash are escaped by all rules alike.
  Ref escaped_string(const char* start) {
    std::string text(start, at);
    for (; at < end && *at != '"'; ++at) {
      if (*at == '\\' && (++at == end || (*at != '"' && *at != '\\'))) return Ref();
      text.push_back(*at);
    }
    return at++ == end ? Ref() : texts_.find(text);
  }

  Ref boolean() {
    const char* start = at;
    while (at < end && !ends_value(*at)) ++at;
    const std::string_view text(start, static_cast<size_t>(at - start));
    for (const char* word : {"t", "T", "true", "True", "TRUE"}) {
      if (text == word) return Ref::borrowed(Py_True);
    }
    for (const char* word : {"f", "F", "false", "False", "FALSE"}) {
      if (text == word) return Ref::borrowed(Py_False);
    }
    return Ref();
  }

  Ref number() {
    const char* start = at;
    const bool negative = *at == '-';
    at += negative;
    Decimal decimal{0, 0};
    const char* first = at;
    digits(decimal);
    auto count = at - first;
    if (count > 0 && at < end && *at == 'i') return integer_from(start);
    if (at < end && *at == '.') {
      const char* point = ++at;
      digits(decimal);
      decimal.exponent = static_cast<int>(point - at);
      count += at - point;
    }
    if (count == 0 || at - start > kLongestNumber) return Ref();
    if (at < end && (*at == 'e' || *at == 'E') && !exponent(decimal.exponent)) return Ref();
    double value;
    if (decimal.digits == 0 && count <= kMostDigits) {
      value = 0;
    } else if (count > kMostDigits || !near(decimal, value)) {
      return exact_float(start);
    }
    return Ref(checked(PyFloat_FromDouble(negative ? -value : value)));
  }

  static constexpr Py_ssize_t kLongestNumber = 4'000;

  static bool near([[maybe_unused]] Decimal decimal, [[maybe_unused]] double& value) {
#ifdef INFLUX_DECIMALS
    return nearest(decimal, value);
#else
    return false;
#endif
  }

  void digits(Decimal& decimal) {
    for (; at < end && is_digit(*at); ++at) decimal.digits = decimal.digits * 10 + static_cast<uint64_t>(*at - '0');
  }

  bool exponent(int& ten) {
    ++at;
    const bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) ++at;
    const char* start = at;
    int value = 0;
    for (; at < end && is_digit(*at); ++at) value = value > 99'999 ? value : value * 10 + (*at - '0');
    ten += negative ? -value : value;
    return at > start;
  }

  Ref integer_from(const char* start) {
    at = start;
    int64_t value;
    if (!integer(value)) return Ref();
    ++at;
    return Ref(checked(PyLong_FromLongLong(value)));
  }

  // Python's own, for what is too long or too close to call; infinite is no number.
  Ref exact_float(const char* start) {
    const std::string text(start, at);
    const double value = PyOS_string_to_double(text.c_str(), nullptr, nullptr);
    if (value == -1.0 && PyErr_Occurred()) throw PythonError{};
    return std::isfinite(value) ? Ref(checked(PyFloat_FromDouble(value))) : Ref();
  }

  Texts& texts_;
};

// The fields of a line, in its order.
struct FieldShape {
  std::vector<std::string> texts;  // each key with `=` behind
  std::vector<Ref> keys;
  Ref blank;  // a dict of all keys, to be copied
};

class LineReader {
 public:
  LineReader(PyObject* data, int64_t unit, PyObject* default_time, PyTypeObject* point_type)
      : data_(Ref::borrowed(data)),
        begin_(PyBytes_AS_STRING(data)),
        end_(begin_ + PyBytes_GET_SIZE(data)),
        unit_(unit),
        default_time_(Ref::borrowed(default_time)),
        type_(point_type),
        heads_(texts_) {}

  // Reads lines until one is not regular, or there are enough; returns how far it came.
  Py_ssize_t read(Py_ssize_t position, Py_ssize_t most, PyObject* points) {
    if (position < 0 || position > end_ - begin_) return position;
    const char* at = begin_ + position;
    while (at < end_ && most-- > 0) {
      const char* next = line(at);
      if (next == nullptr) break;
      if (PyList_Append(points, point_.get()) < 0) throw PythonError{};
      at = next;
    }
    point_ = Ref();
    return at - begin_;
  }

 private:
  static constexpr size_t kMostShapes = 16;
  static constexpr size_t kMostFields = 1'024;

  // Reads one line into `point_`; returns where the next begins, or null.
  const char* line(const char* start) {
    const char* head_end = end_of_head(start);
    if (head_end == nullptr) return nullptr;
    const Head* head = heads_.find({start, static_cast<size_t>(head_end - start)});
    if (head == nullptr) return nullptr;
    ValueReader reader(head_end + 1, end_, texts_);
    const Ref fields = this->fields(reader);
    if (!fields) return nullptr;
    const Ref time = timestamp(reader);
    if (!time) return nullptr;
    const Ref tags(checked(PyDict_Copy(head->tags.get())));
    point_ = Ref(type_.make({head->measurement.get(), tags.get(), fields.get(), time.get()}));
    return reader.at;
  }

  // Finds the first blank that is not escaped.
  const char* end_of_head(const char* start) const {
    const char* limit = end_ - start > static_cast<Py_ssize_t>(kLongestHead) ? start + kLongestHead : end_;
    const char* at = start;
    for (;; ++at) {
      at = find_either(at, limit, ' ', '\n');
      if (at == limit || *at == '\n') return nullptr;
      if (at == start || at[-1] != '\\') return at;
    }
  }

  Ref fields(ValueReader& reader) {
    const char* start = reader.at;
    if (last_ < shapes_.size()) {
      Ref found = fields_of(shapes_[last_], reader);
      if (found) return found;
    }
    for (size_t index = 0; index < shapes_.size(); ++index) {
      reader.at = start;
      Ref found = fields_of(shapes_[index], reader);
      if (found) {
        last_ = index;
        return found;
      }
    }
    reader.at = start;
    return learn(reader);
  }

  // Reads the fields of a shape; none if they are others.
  Ref fields_of(const FieldShape& shape, ValueReader& reader) {
    values_.clear();
    for (const std::string& text : shape.texts) {
      if (!values_.empty() && !take(reader, ',')) return Ref();
      if (static_cast<size_t>(reader.end - reader.at) < text.size()) return Ref();
      if (!same_bytes(reader.at, text.data(), text.size())) return Ref();
      reader.at += text.size();
      values_.push_back(reader.read());
      if (!values_.back()) return Ref();
    }
    if (reader.at < reader.end && *reader.at == ',') return Ref();
    Ref fields(checked(PyDict_Copy(shape.blank.get())));
    for (size_t index = 0; index < values_.size(); ++index) {
      if (PyDict_SetItem(fields.get(), shape.keys[index].get(), values_[index].get()) < 0) throw PythonError{};
    }
    return fields;
  }

  static bool take(ValueReader& reader, char sign) {
    if (reader.at == reader.end || *reader.at != sign) return false;
    ++reader.at;
    return true;
  }

  // Reads fields of whatever keys, and remembers them.
  Ref learn(ValueReader& reader) {
    FieldShape shape;
    Ref fields(checked(PyDict_New()));
    shape.blank = Ref(checked(PyDict_New()));
    do {
      const char* start = reader.at;
      const char* end = plain_name(start, reader.end);
      if (end == nullptr || end == reader.end || *end != '=' || end - start > static_cast<Py_ssize_t>(kLongestHead)) return Ref();
      reader.at = end + 1;
      Ref key = texts_.find({start, static_cast<size_t>(end - start)});
      const Ref value = key ? reader.read() : Ref();
      if (!value) return Ref();
      if (PyDict_SetItem(fields.get(), key.get(), value.get()) < 0) throw PythonError{};
      if (PyDict_SetItem(shape.blank.get(), key.get(), Py_None) < 0) throw PythonError{};
      shape.keys.push_back(std::move(key));
      shape.texts.emplace_back(start, end + 1);
    } while (take(reader, ','));
    if (static_cast<size_t>(PyDict_GET_SIZE(fields.get())) < shape.keys.size()) return Ref();
    if (shape.keys.size() <= kMostFields) keep(std::move(shape));
    return fields;
  }

  void keep(FieldShape&& shape) {
    last_ = next_++ % kMostShapes;
    if (last_ < shapes_.size()) {
      shapes_[last_] = std::move(shape);
    } else {
      shapes_.push_back(std::move(shape));
    }
  }

  // Reads the rest of the line; none if it holds more than a time.
  Ref timestamp(ValueReader& reader) const {
    if (reader.at == reader.end) return Ref::borrowed(default_time_.get());
    if (take(reader, '\n')) return Ref::borrowed(default_time_.get());
    int64_t units;
    if (!take(reader, ' ') || !reader.integer(units)) return Ref();
    if (reader.at < reader.end && !take(reader, '\n')) return Ref();
    if (units < -(kMaxNs / unit_) || units > kMaxNs / unit_) return Ref();
    return Ref(checked(PyLong_FromLongLong(units * unit_)));
  }

  const Ref data_;
  const char* const begin_;
  const char* const end_;
  const int64_t unit_;
  const Ref default_time_;
  const PointType type_;
  Texts texts_;
  Heads heads_;
  std::vector<FieldShape> shapes_;
  size_t last_ = 0;
  size_t next_ = 0;
  std::vector<Ref> values_;
  Ref point_;
};

constexpr const char* kCapsule = "_influx_speedups.line_reader";

void release(PyObject* capsule) {
  delete static_cast<LineReader*>(PyCapsule_GetPointer(capsule, kCapsule));
}

}  // namespace

PyObject* line_reader(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (count != 4 || !PyBytes_CheckExact(args[0]) || !PyType_Check(args[3])) {
    PyErr_SetString(PyExc_TypeError, "line_reader(data, unit, default_time, point_type)");
    return nullptr;
  }
  return guarded([args] {
    const int64_t unit = unit_of(args[1]);
    auto* reader = new LineReader(args[0], unit, args[2], reinterpret_cast<PyTypeObject*>(args[3]));
    PyObject* capsule = PyCapsule_New(reader, kCapsule, release);
    if (capsule == nullptr) delete reader;
    return checked(capsule);
  });
}

PyObject* read_lines(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (count != 3) {
    PyErr_SetString(PyExc_TypeError, "read_lines(reader, position, most)");
    return nullptr;
  }
  return guarded([args] {
    auto* reader = static_cast<LineReader*>(PyCapsule_GetPointer(args[0], kCapsule));
    const Py_ssize_t position = PyLong_AsSsize_t(args[1]), most = PyLong_AsSsize_t(args[2]);
    if (PyErr_Occurred()) throw PythonError{};
    Ref points(checked(PyList_New(0)));
    const Py_ssize_t end = reader->read(position, most, points.get());
    return checked(Py_BuildValue("Nn", points.release(), end));
  });
}
