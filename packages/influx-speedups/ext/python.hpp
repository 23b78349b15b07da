// What every part needs of CPython: owned references, the bytes of a text, a bytes object that grows.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <utility>

// An owned reference, or none.
class Ref {
 public:
  Ref() = default;
  explicit Ref(PyObject* owned) : object_(owned) {}
  static Ref borrowed(PyObject* object) { return Ref(Py_NewRef(object)); }
  Ref(Ref&& other) noexcept : object_(other.release()) {}
  Ref& operator=(Ref&& other) noexcept {
    Py_XSETREF(object_, other.release());
    return *this;
  }
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;
  ~Ref() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

// A Python exception is set; unwinds to the function that Python called.
struct PythonError {};

inline PyObject* checked(PyObject* object) {
  if (object == nullptr) throw PythonError{};
  return object;
}

// Runs what makes a new object for Python; turns C++ exceptions into Python's.
template <typename Make>
PyObject* guarded(Make make) {
  try {
    return make();
  } catch (const PythonError&) {
    return nullptr;
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

// The UTF-8 of an exact str; false for a text that has none, because of lone surrogates.
inline bool utf8(PyObject* text, std::string_view& found) {
  if (PyUnicode_IS_COMPACT_ASCII(text)) {
    found = {static_cast<const char*>(PyUnicode_DATA(text)),
             static_cast<size_t>(PyUnicode_GET_LENGTH(text))};
    return true;
  }
  Py_ssize_t size;
  const char* data = PyUnicode_AsUTF8AndSize(text, &size);
  if (data == nullptr) {
    PyErr_Clear();
    return false;
  }
  found = {data, static_cast<size_t>(size)};
  return true;
}

// A new str of UTF-8; throws PythonError where it is none.
inline PyObject* new_text(std::string_view bytes) {
  return checked(PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), nullptr));
}

// Short texts by the million are compared and copied faster without a call: by two words that may
// overlap.
template <typename Word>
Word word_at(const void* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

template <typename Word>
bool same_ends(const char* left, const char* right, size_t size) {
  const size_t last = size - sizeof(Word);
  return word_at<Word>(left) == word_at<Word>(right) &&
         word_at<Word>(left + last) == word_at<Word>(right + last);
}

inline bool same_bytes(const void* one, const void* other, size_t size) {
  const auto* left = static_cast<const char*>(one);
  const auto* right = static_cast<const char*>(other);
  if (size > 16) return std::memcmp(left, right, size) == 0;
  if (size >= 8) return same_ends<uint64_t>(left, right, size);
  if (size >= 4) return same_ends<uint32_t>(left, right, size);
  for (size_t index = 0; index < size; ++index) {
    if (left[index] != right[index]) return false;
  }
  return true;
}

template <typename Word>
void copy_ends(char* to, const char* from, size_t size) {
  const size_t last = size - sizeof(Word);
  const Word head = word_at<Word>(from), tail = word_at<Word>(from + last);
  std::memcpy(to, &head, sizeof head);
  std::memcpy(to + last, &tail, sizeof tail);
}

inline void copy_bytes(char* to, const char* from, size_t size) {
  if (size > 16) {
    std::memcpy(to, from, size);
  } else if (size >= 8) {
    copy_ends<uint64_t>(to, from, size);
  } else if (size >= 4) {
    copy_ends<uint32_t>(to, from, size);
  } else {
    for (size_t index = 0; index < size; ++index) to[index] = from[index];
  }
}

// A bytes object that grows. Room is asked for first, then bytes are put without further checks.
class Buffer {
 public:
  Buffer() : bytes_(checked(PyBytes_FromStringAndSize(nullptr, kFirst))), capacity_(kFirst) {
    end_ = start();
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { Py_XDECREF(bytes_); }

  void room(size_t more) {
    if (size() + more > capacity_) grow(size() + more);
  }
  void put(char sign) { *end_++ = sign; }
  void put(std::string_view text) {
    copy_bytes(end_, text.data(), text.size());
    end_ += text.size();
  }
  char* end() const { return end_; }
  void end_at(char* end) { end_ = end; }
  size_t size() const { return static_cast<size_t>(end_ - start()); }
  void cut(size_t size) { end_ = start() + size; }

  PyObject* finish() {
    resize(size());
    return std::exchange(bytes_, nullptr);
  }

 private:
  static constexpr size_t kFirst = 1 << 12;

  char* start() const { return PyBytes_AS_STRING(bytes_); }
  void grow(size_t least) {
    if (least > PY_SSIZE_T_MAX / 2) throw std::bad_alloc();
    capacity_ = least * 2;
    const size_t used = size();
    resize(capacity_);
    end_ = start() + used;
  }
  void resize(size_t size) {
    if (_PyBytes_Resize(&bytes_, static_cast<Py_ssize_t>(size)) < 0) throw PythonError{};
  }

  PyObject* bytes_;
  size_t capacity_;
  char* end_;
};
