// What every part needs of CPython: owned references, the bytes of a text, a bytes object that grows.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cstdint>
#include <cstdlib>
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

// Releases the GIL, if that is wanted, as long as this lives.
class Unlocked {
 public:
  explicit Unlocked(bool wanted = true) : state_(wanted ? PyEval_SaveThread() : nullptr) {}
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;
  ~Unlocked() {
    if (state_ != nullptr) PyEval_RestoreThread(state_);
  }

 private:
  PyThreadState* state_;
};

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

// Copies by sixteen bytes: reads and writes up to so many behind the end. The new end.
inline char* copy_blocks(char* to, const char* from, size_t size) {
  for (size_t done = 0;;) {
    std::memcpy(to + done, from + done, 16);
    done += 16;
    if (done >= size) return to + size;
  }
}

// Bytes that grow. Room is asked for first, then they are put without further checks.
//
// A few stand on the stack, more in memory of their own, which is given back as large as it was
// got: so the allocator keeps it, and the next one finds it warm. What is still larger grows where
// it will stay, for copying it would cost more.
class Buffer {
 public:
  Buffer() : start_(first_), end_(first_), limit_(first_ + sizeof first_) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    std::free(memory_);
    Py_XDECREF(bytes_);
  }

  void room(size_t more) {
    if (static_cast<size_t>(limit_ - end_) < more) grow(more);
  }
  void put(char sign) { *end_++ = sign; }
  void put(std::string_view text) {
    copy_bytes(end_, text.data(), text.size());
    end_ += text.size();
  }
  char* end() const { return end_; }
  void end_at(char* end) { end_ = end; }
  size_t size() const { return static_cast<size_t>(end_ - start_); }
  void cut(size_t size) { end_ = start_ + size; }
  std::string_view text() const { return {start_, size()}; }

  // Empties it; keeps its memory, unless that is large.
  void clear() {
    end_ = start_;
    if (bytes_ == nullptr) return;
    Py_CLEAR(bytes_);
    std::free(std::exchange(memory_, nullptr));
    start_ = end_ = first_;
    limit_ = first_ + sizeof first_;
  }

  // A new bytes object of all of them; the buffer is void then.
  PyObject* finish() {
    const auto size = static_cast<Py_ssize_t>(this->size());
    if (bytes_ == nullptr) return checked(PyBytes_FromStringAndSize(start_, size));
    if (_PyBytes_Resize(&bytes_, size) < 0) throw PythonError{};
    return std::exchange(bytes_, nullptr);
  }

 private:
  static constexpr size_t kMostCopied = 1 << 20;

  void grow(size_t more) {
    const size_t used = size(), least = used + more;
    if (more > PY_SSIZE_T_MAX / 4 || least > PY_SSIZE_T_MAX / 4) throw std::bad_alloc();
    start_ = least * 2 <= kMostCopied ? in_memory(least * 2) : in_bytes(least * 2);
    end_ = start_ + used;
    limit_ = start_ + least * 2;
  }

  char* in_memory(size_t size) {
    auto* memory = static_cast<char*>(std::realloc(memory_, size));
    if (memory == nullptr) throw std::bad_alloc();
    if (memory_ == nullptr) std::memcpy(memory, first_, this->size());
    return memory_ = memory;
  }

  char* in_bytes(size_t size) {
    if (bytes_ != nullptr) {
      if (_PyBytes_Resize(&bytes_, static_cast<Py_ssize_t>(size)) < 0) throw PythonError{};
    } else {
      bytes_ = checked(PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(size)));
      std::memcpy(PyBytes_AS_STRING(bytes_), start_, this->size());
    }
    return PyBytes_AS_STRING(bytes_);
  }

  char* memory_ = nullptr;
  PyObject* bytes_ = nullptr;
  char* start_;
  char* end_;
  char* limit_;
  char first_[1024];
};
