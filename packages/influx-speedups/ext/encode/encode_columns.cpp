// Columns as line protocol, without the GIL and with several threads. Rows that are not regular are
// given to Python when all others are written.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "encode/column_rows.hpp"
#include "module.hpp"

namespace {

// The rows of a chunk: their lines fit into a processor's cache.
constexpr size_t kChunk = 1024;

// A copy of the bytes of a bytes object.
std::string owned(PyObject* bytes) {
  char* data;
  Py_ssize_t size;
  if (PyBytes_AsStringAndSize(bytes, &data, &size) < 0) throw PythonError{};
  return {data, static_cast<size_t>(size)};
}

// A row that is left to Python, and the position of its line.
struct Left {
  size_t row, place;
};

// Writes the regular rows into the memory of a bytes object, with several threads.
//
// Each thread claims the next chunk of rows and writes it into memory of its own. When all chunks before
// it have their place, it copies its lines behind them. When the memory is full, all threads stop.
class RegularRows {
 public:
  explicit RegularRows(const PointColumns& points) : points_(points) {}

  // Goes on in memory whose first `used_` bytes are written.
  void run(char* memory, size_t capacity, size_t threads) {
    memory_ = memory;
    capacity_ = capacity;
    full_ = false;
    claimed_ = placed_;  // chunks that were not delivered are written again
    std::vector<std::thread> others;
    try {
      for (size_t index = 1; index < threads; ++index) others.emplace_back([this] { help(); });
    } catch (const std::system_error&) {  // there are no more threads: it goes on with these
    }
    if (threads == 1) {
      alone();
    } else {
      help();
    }
    for (std::thread& other : others) other.join();
    if (failed_) throw std::bad_alloc();
  }

  bool done() const { return placed_ >= points_.length; }
  size_t used() const { return used_; }
  const std::vector<Left>& left() const { return left_; }

 private:
  // Writes chunks in place.
  void alone() {
    RowEncoder encoder(points_);
    std::vector<Left> left;
    while (!done()) {
      const size_t end = std::min(placed_ + kChunk, points_.length);
      Lines lines(memory_ + used_, capacity_ - used_);
      try {
        const size_t size = write(encoder, lines, placed_, end, left);
        place(end, size, left);
      } catch (const NoRoom&) {
        return;
      }
    }
  }

  // Writes chunks in turn with other threads.
  void help() noexcept {
    try {
      RowEncoder encoder(points_);
      Lines lines;
      std::vector<Left> left;
      for (;;) {
        const size_t start = claimed_.fetch_add(kChunk);
        if (start >= points_.length || full_) return;
        const size_t end = std::min(start + kChunk, points_.length);
        const size_t size = write(encoder, lines, start, end, left);
        if (!deliver(start, end, {lines.start(), size}, left)) return;
      }
    } catch (const std::bad_alloc&) {
      std::lock_guard<std::mutex> lock(mutex_);
      failed_ = full_ = true;
      turn_.notify_all();
    }
  }

  // Writes rows from the start of the lines on; how many bytes they are.
  static size_t write(RowEncoder& encoder, Lines& lines, size_t start, size_t end, std::vector<Left>& left) {
    left.clear();
    size_t size = 0;
    for (size_t row = start; row < end; ++row) {
      const char* written = encoder.write(lines, lines.start() + size, row);
      if (written == nullptr) {
        left.push_back({row, size});
      } else {
        size = static_cast<size_t>(written - lines.start());
      }
    }
    return size;
  }

  // Copies lines to their place; false if there is no room for them.
  bool deliver(size_t start, size_t end, std::string_view lines, const std::vector<Left>& left) {
    char* place_of_lines;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      turn_.wait(lock, [&] { return placed_ == start || full_; });
      if (full_) return false;
      if (capacity_ - used_ < lines.size()) {
        full_ = true;
        turn_.notify_all();
        return false;
      }
      place_of_lines = memory_ + used_;
      place(end, lines.size(), left);
      turn_.notify_all();
    }
    if (!lines.empty()) std::memcpy(place_of_lines, lines.data(), lines.size());
    return true;
  }

  // Records a chunk.
  void place(size_t end, size_t size, const std::vector<Left>& left) {
    for (const Left& one : left) left_.push_back({one.row, used_ + one.place});
    used_ += size;
    placed_ = end;
  }

  const PointColumns& points_;
  char* memory_ = nullptr;
  size_t capacity_ = 0;
  std::atomic<size_t> claimed_{0};
  std::atomic<bool> full_{false};
  bool failed_ = false;
  size_t placed_ = 0;
  size_t used_ = 0;
  std::vector<Left> left_;
  std::mutex mutex_;
  std::condition_variable turn_;
};

// An estimate of the bytes of a row; memory that is not touched costs nothing.
size_t guess(const PointColumns& points) {
  size_t size = points.rest.size() + 32;
  for (const Name& name : points.names) size += name.before.size() + name.key.size() + 16;
  for (const Field& field : points.fields) size += field.key.size() + 20;
  return size;
}

// Writes all rows but those that are left; returns a bytes object with their lines.
Ref write_regular(const PointColumns& points, size_t threads, RegularRows& work) {
  size_t capacity = points.length * guess(points) + 4096;
  Ref bytes(checked(PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(capacity))));
  for (;;) {
    {
      char* memory = PyBytes_AS_STRING(bytes.get());
      const Unlocked unlocked;
      work.run(memory, capacity, threads);
    }
    if (!work.done()) capacity += capacity / 2 + 4096;
    PyObject* resized = bytes.release();
    const size_t size = work.done() ? work.used() : capacity;
    if (_PyBytes_Resize(&resized, static_cast<Py_ssize_t>(size)) < 0) throw PythonError{};
    bytes = Ref(resized);
    if (work.done()) return bytes;
  }
}

// Calls the fallback for the lines of the rows that were left, and inserts them.
PyObject* insert_left(std::string_view lines, const std::vector<Left>& left, PyObject* fallback) {
  std::vector<Ref> written;
  size_t size = lines.size();
  for (const Left& one : left) {
    written.emplace_back(checked(PyObject_CallFunction(fallback, "n", static_cast<Py_ssize_t>(one.row))));
    if (!PyBytes_Check(written.back().get())) {
      PyErr_SetString(PyExc_TypeError, "a line is bytes");
      throw PythonError{};
    }
    size += static_cast<size_t>(PyBytes_GET_SIZE(written.back().get()));
  }
  PyObject* all = checked(PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(size)));
  char* out = PyBytes_AS_STRING(all);
  size_t copied = 0;
  const auto copy = [&out](std::string_view text) {
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    out += text.size();
  };
  for (size_t index = 0; index < left.size(); ++index) {
    copy(lines.substr(copied, left[index].place - copied));
    PyObject* line = written[index].get();
    copy({PyBytes_AS_STRING(line), static_cast<size_t>(PyBytes_GET_SIZE(line))});
    copied = left[index].place;
  }
  copy(lines.substr(copied));
  return all;
}

// Calls `take` with each item of a sequence.
template <typename Take>
void each(PyObject* sequence, Take take) {
  Ref items(checked(PySequence_Tuple(sequence)));
  for (Py_ssize_t index = 0; index < PyTuple_GET_SIZE(items.get()); ++index) take(PyTuple_GET_ITEM(items.get(), index));
}

PointColumns read_points(size_t length, int64_t unit, PyObject* names, PyObject* rest, PyObject* fields, PyObject* times) {
  PointColumns points{length, unit, {}, PaddedText(owned(rest)), {}, nullptr};
  each(names, [&points](PyObject* name) {
    PyObject *before, *key, *column;
    if (!PyArg_ParseTuple(name, "OOO", &before, &key, &column)) throw PythonError{};
    points.names.push_back({PaddedText(owned(before)), PaddedText(owned(key)), Column(column)});
  });
  each(fields, [&points](PyObject* field) {
    PyObject *key, *column;
    if (!PyArg_ParseTuple(field, "OO", &key, &column)) throw PythonError{};
    points.fields.push_back({PaddedText(owned(key)), Column(column)});
  });
  if (times != Py_None) points.times = std::make_unique<const Column>(times);
  return points;
}

}  // namespace

PyObject* encode_columns(PyObject*, PyObject* args) {
  Py_ssize_t length, threads;
  long long unit;
  PyObject *names, *rest, *fields, *times, *fallback;
  if (!PyArg_ParseTuple(args, "nLOSOOnO", &length, &unit, &names, &rest, &fields, &times, &threads, &fallback)) {
    return nullptr;
  }
  if (length < 0 || unit < 1 || threads < 1) {
    PyErr_SetString(PyExc_ValueError, "points have a length, a unit, and at least one thread");
    return nullptr;
  }
  return guarded([&] {
    const PointColumns points = read_points(static_cast<size_t>(length), unit, names, rest, fields, times);
    RegularRows work(points);
    Ref bytes = write_regular(points, static_cast<size_t>(threads), work);
    if (work.left().empty()) return bytes.release();
    const std::string_view lines(PyBytes_AS_STRING(bytes.get()), work.used());
    return insert_left(lines, work.left(), fallback);
  });
}
