// The keys of dicts, remembered as they are written: points come in runs of one shape.
#pragma once

#include <algorithm>
#include <vector>

#include "encode/escaping.hpp"

// A text that is put often: most in two words of sixteen bytes, whatever their length.
class Constant {
 public:
  explicit Constant(std::string_view text) : size_(text.size()) {
    if (size_ <= sizeof short_) {
      std::memcpy(short_, text.data(), size_);
    } else {
      long_ = text;
    }
  }

  // How much room must be there.
  size_t room() const { return size_ + sizeof short_; }

  char* put(char* out) const {
    if (size_ <= sizeof short_) {
      std::memcpy(out, short_, sizeof short_);
    } else {
      std::memcpy(out, long_.data(), size_);
    }
    return out + size_;
  }

 private:
  size_t size_;
  char short_[32] = {};
  std::string long_;
};

// A str that is compared often.
class Known {
 public:
  explicit Known(PyObject* text)
      : object_(Ref::borrowed(text)),
        ascii_(PyUnicode_IS_COMPACT_ASCII(text)),
        size_(static_cast<size_t>(PyUnicode_GET_LENGTH(text) * PyUnicode_KIND(text))) {}

  PyObject* get() const { return object_.get(); }

  bool same(PyObject* other) const {
    PyObject* known = object_.get();
    if (known == other) return true;
    if (!PyUnicode_CheckExact(other) || PyUnicode_GET_LENGTH(known) != PyUnicode_GET_LENGTH(other)) return false;
    if (ascii_ && PyUnicode_IS_COMPACT_ASCII(other)) {
      return same_bytes(reinterpret_cast<PyASCIIObject*>(known) + 1, reinterpret_cast<PyASCIIObject*>(other) + 1, size_);
    }
    return PyUnicode_KIND(known) == PyUnicode_KIND(other) &&
           same_bytes(PyUnicode_DATA(known), PyUnicode_DATA(other), size_);
  }

 private:
  Ref object_;
  bool ascii_;
  size_t size_;
};

// The keys of a dict, in its order, and how they are written, with `=` behind.
class Shape {
 public:
  // Learns the keys of a dict; false if one is not regular.
  bool learn(PyObject* dict) {
    Py_ssize_t position = 0;
    PyObject *key, *value;
    while (PyDict_Next(dict, &position, &key, &value)) {
      if (!PyUnicode_CheckExact(key) || PyUnicode_CompareWithASCIIString(key, "time") == 0) return false;
      Buffer escaped;
      if (!put_name<kInKey>(escaped, key)) return false;
      escaped.room(1);
      escaped.put('=');
      keys_.emplace_back(key);
      texts_.emplace_back(escaped.text());
    }
    sort();
    return true;
  }

  // Takes the values of a dict if it has the same keys in the same order.
  bool take(PyObject* dict, PyObject** values) const {
    if (static_cast<size_t>(PyDict_GET_SIZE(dict)) != keys_.size()) return false;
    Py_ssize_t position = 0;
    PyObject *key, *value;
    for (const Known& known : keys_) {
      if (!PyDict_Next(dict, &position, &key, &value) || !known.same(key)) return false;
      *values++ = value;
    }
    return true;
  }

  size_t size() const { return keys_.size(); }
  const Constant& text(size_t index) const { return texts_[index]; }
  // The position of the key that is `rank`th when sorted.
  size_t sorted(size_t rank) const { return order_[rank]; }

 private:
  // Sorts by the keys themselves, not by what is written: escaping changes the order.
  void sort() {
    for (size_t index = 0; index < keys_.size(); ++index) order_.push_back(index);
    std::sort(order_.begin(), order_.end(), [this](size_t left, size_t right) {
      return PyUnicode_Compare(keys_[left].get(), keys_[right].get()) < 0;
    });
  }

  std::vector<Known> keys_;
  std::vector<Constant> texts_;
  std::vector<size_t> order_;
};

// The shapes met last: of one run of points, or of a few in turn.
class Shapes {
 public:
  // The shape of an exact dict, whose values are then in `values`; none if it is not regular.
  const Shape* find(PyObject* dict) {
    const auto size = static_cast<size_t>(PyDict_GET_SIZE(dict));
    if (values.size() < size) values.resize(size);
    if (last_ < shapes_.size() && shapes_[last_].take(dict, values.data())) return &shapes_[last_];
    for (size_t index = 0; index < shapes_.size(); ++index) {
      if (shapes_[index].take(dict, values.data())) return &shapes_[last_ = index];
    }
    return add(dict);
  }

  // Forgets shapes that are not worth their memory until the next call.
  void forget_large() {
    if (values.size() <= kMostKept) return;
    shapes_.clear();
    values = {};
    next_ = 0;
  }

  std::vector<PyObject*> values;

 private:
  static constexpr size_t kMost = 16;
  static constexpr size_t kMostKept = 256;

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
