// Writes points as line protocol: those with exact types, names without backslashes and control
// characters, and numbers in range. All other points are given to Python whole.
//
// No Python code runs while a point is written, so nothing it refers to can change or vanish.
#pragma once

#include "encode/key_cache.hpp"
#include "module.hpp"
#include "numbers/print_numbers.hpp"
#include "numbers/times.hpp"
#include "python/point_type.hpp"

// What numpy's scalars are, which a class made in Python can neither be nor pretend to be.
enum class Numpy { kNone, kFloat, kSmallFloat, kInteger, kBoolean };

inline Numpy numpy_kind(PyObject* value) {
  const PyTypeObject* type = Py_TYPE(value);
  if (PyType_HasFeature(const_cast<PyTypeObject*>(type), Py_TPFLAGS_HEAPTYPE)) return Numpy::kNone;
  const std::string_view name = type->tp_name;
  if (name.substr(0, 6) != "numpy.") return Numpy::kNone;
  const std::string_view kind = name.substr(6);
  if (kind == "float64") return Numpy::kFloat;
  if (kind == "float32" || kind == "float16") return Numpy::kSmallFloat;
  if (kind == "bool" || kind == "bool_") return Numpy::kBoolean;
  for (const char* integer : {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}) {
    if (kind == integer) return Numpy::kInteger;
  }
  return Numpy::kNone;
}

// The value of an exact int; false if it does not fit.
inline bool integer_value(PyObject* value, int64_t& found) {
#if PY_VERSION_HEX >= 0x030C0000
  if (PyUnstable_Long_IsCompact(reinterpret_cast<PyLongObject*>(value))) {
    found = PyUnstable_Long_CompactValue(reinterpret_cast<PyLongObject*>(value));
    return true;
  }
#endif
  int overflow;
  found = PyLong_AsLongLongAndOverflow(value, &overflow);
  return !overflow;
}

// What one call leaves to the next.
struct RowMemory {
  PointType type;
  Shapes tags;
  Shapes fields;
};

class PointEncoder {
 public:
  PointEncoder(RowMemory& memory, const DatetimeApi& datetime, int64_t unit, PyObject* fallback)
      : unit_(unit), datetime_(datetime), type_(memory.type), tags_(memory.tags), fields_(memory.fields), fallback_(fallback) {}

  void write(PyObject* point) {
    const bool regular = line(point);
    ++index_;
    if (regular && !irregular_) return;
    if (!irregular_) irregular_ = Ref(checked(PyList_New(0)));
    if (regular) buffer_.cut(start_);
    if (PyList_Append(irregular_.get(), point) < 0) throw PythonError{};
    regular_run_ = regular ? regular_run_ + 1 : 0;
    if (regular_run_ == kRegularRun || PyList_GET_SIZE(irregular_.get()) == kMostLeft) flush_fallback();
  }

  // Writes one point; false, with nothing written, if it is not regular.
  bool line(PyObject* point) {
    Members members;
    return type_.members(point, members) && line(members);
  }

  bool line(const Members& members) {
    start_ = buffer_.size();
    if (measurement(members.measurement) && tags(members.tags) && fields(members.fields) && time(members.timestamp)) {
      buffer_.room(1);
      buffer_.put('\n');
      return true;
    }
    buffer_.cut(start_);
    return false;
  }

  // The size of the line written last, and its time, if it has one.
  size_t line_size() const { return buffer_.size() - start_; }
  int64_t units() const { return units_; }

  // The lines of all points, as a new bytes object; nothing can be written then.
  PyObject* finish() {
    if (irregular_) flush_fallback();
    forget_large();
    return buffer_.finish();
  }

  // The lines of points that were written one by one.
  std::string_view text() const { return buffer_.text(); }

  // Takes the last line back.
  void cut_line() { buffer_.cut(start_); }

  // Forgets all lines, and begins anew.
  void clear() {
    buffer_.clear();
    forget_large();
  }

 private:
  // The most points that are given to Python at once.
  static constexpr Py_ssize_t kMostLeft = 500;
  // Irregular points are given to Python together with the regular ones between them, because a block
  // costs Python less than single points; this many regular ones in a row end the block.
  static constexpr Py_ssize_t kRegularRun = 8;

  void forget_large() {
    tags_.forget_large();
    fields_.forget_large();
  }

  // Has Python write the points that were kept, except the regular ones at their end.
  void flush_fallback() {
    const Ref points = std::move(irregular_);
    const Py_ssize_t count = PyList_GET_SIZE(points.get()), first = index_ - count;
    const Py_ssize_t regular = count - std::exchange(regular_run_, 0);
    call_fallback(first, Ref(checked(PyList_GetSlice(points.get(), 0, regular))));
    for (Py_ssize_t index = regular; index < count; ++index) {
      const Ref point = Ref::borrowed(PyList_GET_ITEM(points.get(), index));
      if (line(point.get())) continue;  // else Python code has changed it meanwhile
      call_fallback(first + index, Ref(checked(PyList_GetSlice(points.get(), index, index + 1))));
    }
  }

  void call_fallback(Py_ssize_t first, const Ref& points) {
    const Ref written(checked(PyObject_CallFunction(fallback_, "nO", first, points.get())));
    char* data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(written.get(), &data, &size) < 0) throw PythonError{};
    put({data, static_cast<size_t>(size)});
  }

  void put(std::string_view text) {
    buffer_.room(text.size());
    buffer_.put(text);
  }

  bool measurement(PyObject* name) {
    if (name == measurement_.get()) {
      put(written_);
      return true;
    }
    const size_t start = buffer_.size();
    if (!PyUnicode_CheckExact(name) || !put_name<kInMeasurement>(buffer_, name)) return false;
    if (PyUnicode_READ_CHAR(name, 0) == '#') return false;
    written_ = buffer_.text().substr(start);
    measurement_ = Ref::borrowed(name);
    return true;
  }

  bool tags(PyObject* tags) {
    if (tags == Py_None) return true;
    if (!PyDict_CheckExact(tags)) return false;
    const Shape* shape = tags_.find(tags);
    if (shape == nullptr) return false;
    for (size_t rank = 0; rank < shape->size(); ++rank) {
      const size_t index = shape->sorted(rank);
      PyObject* value = tags_.values[index];
      if (value == Py_None || (PyUnicode_CheckExact(value) && PyUnicode_GET_LENGTH(value) == 0)) continue;
      key(',', shape->text(index));
      if (!tag(value)) return false;
    }
    return true;
  }

  // Writes a tag's value; there is room for a number.
  bool tag(PyObject* value) {
    if (PyUnicode_CheckExact(value)) return put_name<kInKey>(buffer_, value);
    if (PyBool_Check(value)) return boolean(value == Py_True);
    return PyLong_CheckExact(value) && integer(value);
  }

  bool fields(PyObject* fields) {
    if (!PyDict_CheckExact(fields)) return false;
    const Shape* shape = fields_.find(fields);
    if (shape == nullptr) return false;
    char before = ' ';
    for (size_t index = 0; index < shape->size(); ++index) {
      PyObject* value = fields_.values[index];
      if (value == Py_None) continue;
      key(before, shape->text(index));
      if (!field(value)) return false;
      before = ',';
    }
    return before == ',';
  }

  void key(char before, const Constant& text) {
    buffer_.room(text.room() + 2 + kLongestNumber);
    buffer_.put(before);
    buffer_.end_at(text.put(buffer_.end()));
  }

  // Writes a value; there is room for a number and a letter.
  bool field(PyObject* value) {
    if (PyFloat_CheckExact(value)) return decimal(PyFloat_AS_DOUBLE(value));
    if (PyLong_CheckExact(value)) return integer(value) && letter('i');
    if (PyUnicode_CheckExact(value)) return string(value);
    if (PyBool_Check(value)) return boolean(value == Py_True);
    return scalar(value);
  }

  // Writes a scalar of numpy, whose functions for that are its own.
  bool scalar(PyObject* value) {
    switch (numpy_kind(value)) {
      case Numpy::kFloat:
        return decimal(PyFloat_AS_DOUBLE(value));
      case Numpy::kSmallFloat:
        return decimal(PyFloat_AS_DOUBLE(Ref(checked(PyNumber_Float(value))).get()));
      case Numpy::kInteger:
        return integer(Ref(checked(PyNumber_Index(value))).get()) && letter('i');
      case Numpy::kBoolean:
        return boolean(PyObject_IsTrue(value) == 1);
      case Numpy::kNone:
        return false;
    }
    return false;
  }

  bool decimal(double number) {
    if (!std::isfinite(number)) return false;
    buffer_.end_at(print_float(buffer_.end(), number));
    return true;
  }

  bool boolean(bool value) {
    buffer_.put(std::string_view(value ? "true" : "false"));
    return true;
  }

  bool integer(PyObject* value) {
    int64_t number;
    if (!integer_value(value, number)) return false;
    buffer_.end_at(print_integer(buffer_.end(), number));
    return true;
  }

  bool letter(char sign) {
    buffer_.put(sign);
    return true;
  }

  bool string(PyObject* value) {
    std::string_view text;
    if (!utf8(value, text)) return false;
    buffer_.room(1);
    buffer_.put('"');
    put_escaped<kInString>(buffer_, text);
    buffer_.room(1);
    buffer_.put('"');
    return true;
  }

  bool time(PyObject* timestamp) {
    if (timestamp == Py_None) return true;
    if (!(PyLong_CheckExact(timestamp) ? in_units(timestamp, units_) : moment(timestamp, units_))) return false;
    buffer_.room(1 + kLongestNumber);
    buffer_.put(' ');
    buffer_.end_at(print_integer(buffer_.end(), units_));
    return true;
  }

  bool in_units(PyObject* timestamp, int64_t& units) const {
    return integer_value(timestamp, units) && units >= -(kMaxNs / unit_) && units <= kMaxNs / unit_;
  }

  // Counts units up to a datetime whose time zone is `datetime.UTC` itself, in all but the first
  // and the last year the server can store.
  bool moment(PyObject* value, int64_t& units) const {
    if (!datetime_.is_datetime(value) || PyDateTime_DATE_GET_TZINFO(value) != datetime_.utc()) {
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
  const DatetimeApi& datetime_;
  const PointType& type_;
  Shapes& tags_;
  Shapes& fields_;
  PyObject* const fallback_;
  Buffer buffer_;
  Ref measurement_;  // the one met last
  std::string written_;
  size_t start_ = 0;
  int64_t units_ = 0;
  Ref irregular_;  // the points met last, if one of them is
  Py_ssize_t regular_run_ = 0;  // how many regular ones are at their end
  Py_ssize_t index_ = 0;
};

// The memory of a module, for points of this class.
inline RowMemory& row_memory_for(const State& state, PyObject* point_type) {
  RowMemory& memory = *state.row_memory;
  if (memory.type.known() != point_type) memory.type = PointType(reinterpret_cast<PyTypeObject*>(point_type));
  return memory;
}
