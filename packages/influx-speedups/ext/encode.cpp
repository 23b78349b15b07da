// Points as line protocol. Only what is plainly regular is written here: exact types, names without
// backslashes and control characters, numbers in range. Every other point is given to Python whole.
//
// No Python code runs while a point is written, so nothing it refers to can change or vanish.

#include <algorithm>
#include <array>
#include <vector>

#include "escaping.hpp"
#include "numbers.hpp"
#include "parts.hpp"
#include "times.hpp"

#include <datetime.h>
#include <structmember.h>

namespace {

// Puts a text, for which there is room twice over, with a backslash before what `escaped` says;
// returns what its bytes mean.
unsigned char put_escaped(Buffer& buffer, std::string_view text, unsigned char escaped) {
  char* out = buffer.end();
  const unsigned char seen = write_escaped(out, text, escaped);
  buffer.end_at(out);
  return seen;
}

// Puts a name, which must not be empty; false if it is not regular.
bool put_name(Buffer& buffer, PyObject* name, unsigned char escaped) {
  std::string_view text;
  if (!utf8(name, text) || text.empty()) return false;
  buffer.room(2 * text.size());
  return !(put_escaped(buffer, text, escaped) & kRefused);
}

// Whether a value is a float in all but its type: numpy's own, which a class made in Python can
// neither be nor pretend to be.
bool is_numpy_float(PyObject* value) {
  return PyFloat_Check(value) && !PyType_HasFeature(Py_TYPE(value), Py_TPFLAGS_HEAPTYPE) &&
         std::strcmp(Py_TYPE(value)->tp_name, "numpy.float64") == 0;
}

bool same_text(PyObject* known, PyObject* other) {
  if (known == other) return true;
  if (!PyUnicode_CheckExact(other) || PyUnicode_GET_LENGTH(known) != PyUnicode_GET_LENGTH(other) ||
      PyUnicode_KIND(known) != PyUnicode_KIND(other)) {
    return false;
  }
  return same_bytes(PyUnicode_DATA(known), PyUnicode_DATA(other),
                    PyUnicode_GET_LENGTH(known) * PyUnicode_KIND(known));
}

// The keys of a dict, in its order, and how they are written.
class Shape {
 public:
  // Learns the keys of a dict; false if one is not regular.
  bool learn(PyObject* dict) {
    Py_ssize_t position = 0;
    PyObject *key, *value;
    while (PyDict_Next(dict, &position, &key, &value)) {
      if (!PyUnicode_CheckExact(key) || PyUnicode_CompareWithASCIIString(key, "time") == 0) return false;
      Buffer escaped;
      if (!put_name(escaped, key, kInKey)) return false;
      escaped.room(1);
      escaped.put('=');
      keys_.push_back({Ref::borrowed(key), std::string(escaped.end() - escaped.size(), escaped.size())});
    }
    sort();
    return true;
  }

  // Takes the values of a dict if it has the same keys in the same order.
  bool take(PyObject* dict, PyObject** values) const {
    if (static_cast<size_t>(PyDict_GET_SIZE(dict)) != keys_.size()) return false;
    Py_ssize_t position = 0;
    PyObject *key, *value;
    for (const Key& known : keys_) {
      if (!PyDict_Next(dict, &position, &key, &value) || !same_text(known.object.get(), key)) return false;
      *values++ = value;
    }
    return true;
  }

  size_t size() const { return keys_.size(); }
  const std::string& text(size_t index) const { return keys_[index].text; }
  // The position of the key that is `rank`th when sorted.
  size_t sorted(size_t rank) const { return order_[rank]; }

 private:
  struct Key {
    Ref object;
    std::string text;
  };

  // Sorts by the keys themselves, not by what is written: escaping changes the order.
  void sort() {
    for (size_t index = 0; index < keys_.size(); ++index) order_.push_back(index);
    std::sort(order_.begin(), order_.end(), [this](size_t left, size_t right) {
      return PyUnicode_Compare(keys_[left].object.get(), keys_[right].object.get()) < 0;
    });
  }

  std::vector<Key> keys_;
  std::vector<size_t> order_;
};

// The shapes met last; points come in runs of one shape, or of a few in turn.
class Shapes {
 public:
  // The shape of an exact dict, whose values are then in `values`; none if it is not regular.
  const Shape* find(PyObject* dict) {
    values.resize(PyDict_GET_SIZE(dict));
    if (last_ < shapes_.size() && shapes_[last_].take(dict, values.data())) return &shapes_[last_];
    for (size_t index = 0; index < shapes_.size(); ++index) {
      if (shapes_[index].take(dict, values.data())) return &shapes_[last_ = index];
    }
    return add(dict);
  }

  std::vector<PyObject*> values;

 private:
  static constexpr size_t kMost = 16;

  const Shape* add(PyObject* dict) {
    Shape shape;
    if (!shape.learn(dict)) return nullptr;
    last_ = next_++ % kMost;
    if (last_ < shapes_.size()) {
      shapes_[last_] = std::move(shape);
    } else {
      shapes_.push_back(std::move(shape));
    }
    return shapes_[last_].take(dict, values.data()) ? &shapes_[last_] : nullptr;
  }

  std::vector<Shape> shapes_;
  size_t last_ = 0;
  size_t next_ = 0;
};

// The members of a point, borrowed.
struct Members {
  PyObject *measurement, *tags, *fields, *timestamp;
};

// Where a class with slots keeps its members; one without is left to Python.
class PointType {
 public:
  explicit PointType(PyTypeObject* type) : type_(type) {
    static constexpr const char* kNames[] = {"measurement", "tags", "fields", "timestamp"};
    for (size_t index = 0; index < 4; ++index) {
      Ref member(checked(PyObject_GetAttrString(reinterpret_cast<PyObject*>(type), kNames[index])));
      if (!Py_IS_TYPE(member.get(), &PyMemberDescr_Type)) {
        type_ = nullptr;
        return;
      }
      const PyMemberDef* slot = reinterpret_cast<PyMemberDescrObject*>(member.get())->d_member;
      if (slot->type != T_OBJECT_EX) type_ = nullptr;
      offsets_[index] = slot->offset;
    }
  }

  bool members(PyObject* point, Members& found) const {
    if (PyTuple_CheckExact(point) && PyTuple_GET_SIZE(point) == 4) {
      found = {PyTuple_GET_ITEM(point, 0), PyTuple_GET_ITEM(point, 1), PyTuple_GET_ITEM(point, 2),
               PyTuple_GET_ITEM(point, 3)};
      return true;
    }
    if (type_ == nullptr || !Py_IS_TYPE(point, type_)) return false;
    found = {at(point, 0), at(point, 1), at(point, 2), at(point, 3)};
    return found.measurement && found.tags && found.fields && found.timestamp;
  }

 private:
  PyObject* at(PyObject* point, size_t index) const {
    return *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(point) + offsets_[index]);
  }

  PyTypeObject* type_;
  std::array<Py_ssize_t, 4> offsets_{};
};

class Encoder {
 public:
  Encoder(int64_t unit, PyTypeObject* point_type, PyObject* fallback)
      : unit_(unit), type_(point_type), fallback_(fallback) {}

  void write(PyObject* point, Py_ssize_t index) {
    const size_t start = buffer_.size();
    if (line(point)) return;
    buffer_.cut(start);
    Ref written(checked(PyObject_CallFunction(fallback_, "nO", index, point)));
    char* data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(written.get(), &data, &size) < 0) throw PythonError{};
    buffer_.room(size);
    buffer_.put({data, static_cast<size_t>(size)});
  }

  PyObject* finish() { return buffer_.finish(); }

 private:
  // Writes one point; false if it is not regular, and what was put is void.
  bool line(PyObject* point) {
    Members members;
    if (!type_.members(point, members)) return false;
    if (!measurement(members.measurement) || !tags(members.tags)) return false;
    if (!fields(members.fields) || !time(members.timestamp)) return false;
    buffer_.room(1);
    buffer_.put('\n');
    return true;
  }

  bool measurement(PyObject* name) {
    if (!PyUnicode_CheckExact(name) || !put_name(buffer_, name, kInMeasurement)) return false;
    return PyUnicode_READ_CHAR(name, 0) != '#';
  }

  bool tags(PyObject* tags) {
    if (tags == Py_None) return true;
    if (!PyDict_CheckExact(tags)) return false;
    const Shape* shape = tags_.find(tags);
    if (shape == nullptr) return false;
    for (size_t rank = 0; rank < shape->size(); ++rank) {
      const size_t index = shape->sorted(rank);
      PyObject* value = tags_.values[index];
      if (value == Py_None) continue;
      if (!PyUnicode_CheckExact(value)) return false;
      if (PyUnicode_GET_LENGTH(value) == 0) continue;
      key(',', shape->text(index));
      if (!put_name(buffer_, value, kInKey)) return false;
    }
    return true;
  }

  bool fields(PyObject* fields) {
    if (!PyDict_CheckExact(fields)) return false;
    const Shape* shape = fields_.find(fields);
    if (shape == nullptr) return false;
    char before = ' ';
    for (size_t index = 0; index < shape->size(); ++index) {
      if (fields_.values[index] == Py_None) continue;
      key(before, shape->text(index));
      if (!field(fields_.values[index])) return false;
      before = ',';
    }
    return before == ',';
  }

  void key(char before, const std::string& text) {
    buffer_.room(text.size() + 1 + kLongestNumber);
    buffer_.put(before);
    buffer_.put(text);
  }

  // Writes a value; there is room for a number.
  bool field(PyObject* value) {
    if (PyFloat_CheckExact(value) || is_numpy_float(value)) {
      const double number = PyFloat_AS_DOUBLE(value);
      if (!std::isfinite(number)) return false;
      buffer_.end_at(print_float(buffer_.end(), number));
      return true;
    }
    if (PyLong_CheckExact(value)) return integer(value);
    if (PyUnicode_CheckExact(value)) return string(value);
    if (!PyBool_Check(value)) return false;
    buffer_.put(std::string_view(value == Py_True ? "true" : "false"));
    return true;
  }

  bool integer(PyObject* value) {
    int overflow;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow) return false;
    buffer_.end_at(print_integer(buffer_.end(), number));
    buffer_.put('i');
    return true;
  }

  bool string(PyObject* value) {
    std::string_view text;
    if (!utf8(value, text)) return false;
    buffer_.room(2 * text.size() + 2);
    buffer_.put('"');
    put_escaped(buffer_, text, kInString);
    buffer_.put('"');
    return true;
  }

  bool time(PyObject* timestamp) {
    if (timestamp == Py_None) return true;
    int64_t units;
    if (!(PyLong_CheckExact(timestamp) ? in_units(timestamp, units) : moment(timestamp, units))) return false;
    buffer_.room(1 + kLongestNumber);
    buffer_.put(' ');
    buffer_.end_at(print_integer(buffer_.end(), units));
    return true;
  }

  bool in_units(PyObject* timestamp, int64_t& units) const {
    int overflow;
    units = PyLong_AsLongLongAndOverflow(timestamp, &overflow);
    return !overflow && units >= -(kMaxNs / unit_) && units <= kMaxNs / unit_;
  }

  // Counts units up to a datetime whose time zone is `datetime.UTC` itself, in all but the first
  // and the last year the server can store.
  bool moment(PyObject* value, int64_t& units) const {
    if (!PyDateTime_CheckExact(value) || PyDateTime_DATE_GET_TZINFO(value) != PyDateTime_TimeZone_UTC) {
      return false;
    }
    const Date date{PyDateTime_GET_YEAR(value), PyDateTime_GET_MONTH(value), PyDateTime_GET_DAY(value)};
    if (date.year < 1678 || date.year > 2261) return false;
    const int64_t seconds = days_of(date) * 86'400 + PyDateTime_DATE_GET_HOUR(value) * 3600 +
                            PyDateTime_DATE_GET_MINUTE(value) * 60 + PyDateTime_DATE_GET_SECOND(value);
    units = floor_div(seconds * kSecond + PyDateTime_DATE_GET_MICROSECOND(value) * 1000, unit_);
    return true;
  }

  const int64_t unit_;
  const PointType type_;
  PyObject* const fallback_;
  Buffer buffer_;
  Shapes tags_;
  Shapes fields_;
};

}  // namespace

bool import_datetime() {
  PyDateTime_IMPORT;
  return PyDateTimeAPI != nullptr;
}

PyObject* encode(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (count != 4 || !PyType_Check(args[2])) {
    PyErr_SetString(PyExc_TypeError, "encode(points, unit, point_type, fallback)");
    return nullptr;
  }
  return guarded([args] {
    const int64_t unit = PyLong_AsLongLong(args[1]);
    if (unit < 1) {
      if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a unit has at least a nanosecond");
      throw PythonError{};
    }
    Encoder encoder(unit, reinterpret_cast<PyTypeObject*>(args[2]), args[3]);
    Ref remaining(checked(PyObject_GetIter(args[0])));
    for (Py_ssize_t index = 0;; ++index) {
      Ref point(PyIter_Next(remaining.get()));
      if (!point) break;
      encoder.write(point.get(), index);
    }
    if (PyErr_Occurred()) throw PythonError{};
    return encoder.finish();
  });
}
