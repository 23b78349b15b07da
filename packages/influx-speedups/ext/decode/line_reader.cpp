// Reads line protocol as points: only lines that mean the same by all rules. At any other line reading
// stops, and Python reads it.

#include <vector>

#include "decode/series_key.hpp"
#include "module.hpp"
#include "python/point_type.hpp"
#include "numbers/times.hpp"
#include "decode/field_values.hpp"

namespace {

constexpr size_t kLongestKey = 16'384;

// A name without escapes, of which at least one byte is there; where it ends, or null.
const char* plain_name(const char* at, const char* end) {
  const char* start = at;
  for (; at < end; ++at) {
    const auto sign = static_cast<unsigned char>(*at);
    if (sign == '"' || kMeaning[sign]) break;
  }
  return at > start ? at : nullptr;
}

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
        series_keys_(texts_) {}

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
    const char* key_end = end_of_series_key(start);
    if (key_end == nullptr) return nullptr;
    const SeriesKey* key = series_keys_.find({start, static_cast<size_t>(key_end - start)});
    if (key == nullptr) return nullptr;
    ValueReader reader(key_end + 1, end_, texts_);
    const Ref fields = this->fields(reader);
    if (!fields) return nullptr;
    const Ref time = timestamp(reader);
    if (!time) return nullptr;
    const Ref tags(checked(PyDict_Copy(key->tags.get())));
    point_ = Ref(type_.make({key->measurement.get(), tags.get(), fields.get(), time.get()}));
    return reader.at;
  }

  // Finds the first blank that is not escaped.
  const char* end_of_series_key(const char* start) const {
    const char* limit = end_ - start > static_cast<Py_ssize_t>(kLongestKey) ? start + kLongestKey : end_;
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
      if (end == nullptr || end == reader.end || *end != '=' || end - start > static_cast<Py_ssize_t>(kLongestKey)) return Ref();
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
  ShortTexts texts_;
  SeriesKeyCache series_keys_;
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
