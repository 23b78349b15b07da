// Columns as line protocol, without Python's lock and in several threads. Only what is plainly
// regular is written here; every other row is given to Python, when the others are written.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "columns.hpp"
#include "escaping.hpp"
#include "numbers.hpp"
#include "parts.hpp"
#include "times.hpp"

namespace {

// So many rows are written at once: their lines fit into a processor's cache.
constexpr size_t kChunk = 4096;

// The bytes of an object that says them, as its own.
std::string owned(PyObject* bytes) {
  char* data;
  Py_ssize_t size;
  if (PyBytes_AsStringAndSize(bytes, &data, &size) < 0) throw PythonError{};
  return {data, static_cast<size_t>(size)};
}

// There is no room where lines are written to, and it cannot grow.
struct NoRoom {};

// Where lines are written: memory of its own, that grows, or that of another, which does not.
class Lines {
 public:
  Lines() = default;
  Lines(char* start, size_t size) : start_(start), end_(start), limit_(start + size), grows_(false) {}
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() {
    if (grows_) std::free(start_);
  }

  // Makes room; there are eight bytes more, so that short texts may be copied by the word.
  void room(size_t more) {
    if (static_cast<size_t>(limit_ - end_) < more + sizeof(uint64_t)) grow(more + sizeof(uint64_t));
  }
  void put(char sign) { *end_++ = sign; }
  void put(std::string_view text) {
    copy_bytes(end_, text.data(), text.size());
    end_ += text.size();
  }
  char*& end() { return end_; }
  const char* start() const { return start_; }
  size_t size() const { return static_cast<size_t>(end_ - start_); }
  void cut(size_t size) { end_ = start_ + size; }

 private:
  void grow(size_t more) {
    if (!grows_) throw NoRoom{};
    const size_t used = size(), capacity = 2 * (used + more);
    char* grown = static_cast<char*>(std::realloc(start_, capacity));
    if (grown == nullptr) throw std::bad_alloc();
    start_ = grown;
    end_ = grown + used;
    limit_ = grown + capacity;
  }

  char* start_ = nullptr;
  char* end_ = nullptr;
  char* limit_ = nullptr;
  bool grows_ = true;
};

// A tag, or the measurement, whose key is then empty: `before` are those that are the same in every
// row.
struct Name {
  std::string before;
  std::string key;
  Column column;
  bool measurement() const { return key.empty(); }
};

struct Field {
  std::string key;
  Column column;
};

// All that is to be written.
struct Frame {
  size_t length;
  int64_t unit;
  std::vector<Name> names;
  std::string rest;  // what stands between the last name and the first field
  std::vector<Field> fields;
  std::unique_ptr<const Column> times;
};

// The texts of a name's dictionary as they are written, each made when it is first needed.
class Texts {
 public:
  explicit Texts(const Column& dictionary) : dictionary_(dictionary), texts_(dictionary.length()) {}

  struct Text {
    enum { kUnknown, kRegular, kIrregular } state = kUnknown;
    std::string written;
  };

  // None if there is no such position.
  const Text* find(const Name& name, int32_t position) {
    if (position < 0 || static_cast<size_t>(position) >= texts_.size()) return nullptr;
    Text& text = texts_[position];
    if (text.state == Text::kUnknown) write(name, position, text);
    return &text;
  }

  // Writes what a name says, with its key; false if it is not regular. Nothing for an empty tag.
  static bool put(Lines& lines, const Name& name, std::string_view text) {
    if (text.empty()) return !name.measurement();
    lines.room(name.key.size() + 2 * text.size());
    lines.put(std::string_view(name.key));
    const unsigned char seen = write_escaped(lines.end(), text, name.measurement() ? kInMeasurement : kInKey);
    return !(seen & kRefused) && !(name.measurement() && text[0] == '#') && is_utf8(text);
  }

 private:
  void write(const Name& name, int32_t position, Text& text) {
    Lines lines;
    lines.room(0);
    std::string_view plain;
    const bool regular = dictionary_.present(position) && dictionary_.text(position, plain) && put(lines, name, plain);
    text.written.assign(lines.start(), lines.size());
    text.state = regular ? Text::kRegular : Text::kIrregular;
  }

  const Column& dictionary_;
  std::vector<Text> texts_;
};

// Writes rows of a frame; each thread has one.
class Encoder {
 public:
  explicit Encoder(const Frame& frame) : frame_(frame) {
    for (const Name& name : frame.names) {
      const Column* dictionary = name.column.dictionary();
      const bool worth = dictionary != nullptr && dictionary->length() <= frame.length;
      texts_.push_back(worth ? std::make_unique<Texts>(*dictionary) : nullptr);
    }
    room_ = frame.rest.size() + 2 * kLongestNumber;
    for (const Field& field : frame.fields) room_ += field.key.size() + kLongestNumber;
  }

  // Writes one row; false if it is not regular, and what was put is void.
  bool write(Lines& lines, size_t row) {
    for (size_t index = 0; index < texts_.size(); ++index) {
      if (!put_name(lines, frame_.names[index], texts_[index].get(), row)) return false;
    }
    lines.room(room_);
    lines.put(std::string_view(frame_.rest));
    return put_fields(lines, row) && put_time(lines, row);
  }

 private:
  static bool put_name(Lines& lines, const Name& name, Texts* texts, size_t row) {
    lines.room(name.before.size());
    lines.put(std::string_view(name.before));
    const Column& column = name.column;
    if (!column.present(row)) return !name.measurement();
    if (texts != nullptr) {
      const Texts::Text* text = texts->find(name, column.number<int32_t>(row));
      if (text == nullptr || text->state != Texts::Text::kRegular) return false;
      lines.room(text->written.size());
      lines.put(std::string_view(text->written));
      return true;
    }
    std::string_view text;
    return look_up(column, row, text) && Texts::put(lines, name, text);
  }

  // The text of a row, with a dictionary or without.
  static bool look_up(const Column& column, size_t row, std::string_view& text) {
    const Column* dictionary = column.dictionary();
    if (dictionary == nullptr) return column.text(row, text);
    const auto position = column.number<int32_t>(row);
    return position >= 0 && static_cast<size_t>(position) < dictionary->length() && dictionary->present(position) &&
           dictionary->text(position, text);
  }

  bool put_fields(Lines& lines, size_t row) {
    char before = ' ';
    for (const Field& field : frame_.fields) {
      if (!field.column.present(row)) continue;
      lines.put(before);
      lines.put(std::string_view(field.key));
      if (!put_field(lines, field.column, row)) return false;
      before = ',';
    }
    return before == ',';
  }

  // Writes a value; there is room for a number.
  bool put_field(Lines& lines, const Column& column, size_t row) {
    switch (column.kind()) {
      case 'f': {
        const auto number = column.number<double>(row);
        if (!std::isfinite(number)) return false;
        lines.end() = print_float(lines.end(), number);
        return true;
      }
      case 'i':
        lines.end() = print_integer(lines.end(), column.number<int64_t>(row));
        lines.put('i');
        return true;
      case 'u':
        lines.end() = std::to_chars(lines.end(), lines.end() + kLongestNumber, column.number<uint64_t>(row)).ptr;
        lines.put('u');
        return true;
      case 'b':
        lines.put(std::string_view(column.boolean(row) ? "true" : "false"));
        return true;
      default:
        return put_string(lines, column, row);
    }
  }

  bool put_string(Lines& lines, const Column& column, size_t row) {
    std::string_view text;
    if (!look_up(column, row, text) || !is_utf8(text)) return false;
    lines.room(room_ + 2 * text.size() + 2);
    lines.put('"');
    write_escaped(lines.end(), text, kInString);
    lines.put('"');
    return true;
  }

  bool put_time(Lines& lines, size_t row) {
    if (frame_.times != nullptr && frame_.times->present(row)) {
      const auto time = frame_.times->number<int64_t>(row);
      if (time < -kMaxNs || time > kMaxNs) return false;
      lines.put(' ');
      lines.end() = print_integer(lines.end(), frame_.unit == 1 ? time : floor_div(time, frame_.unit));
    }
    lines.put('\n');
    return true;
  }

  const Frame& frame_;
  std::vector<std::unique_ptr<Texts>> texts_;
  size_t room_;
};

// A row that is left to Python, and where its line belongs.
struct Left {
  size_t row, place;
};

// Lines in the memory of a bytes object, put there by several threads, a chunk of rows after another.
//
// Each thread writes the next chunk that nobody has; where its lines belong is known as soon as all
// chunks before it are written, and then it copies them there. When the memory is full, all end.
class Work {
 public:
  explicit Work(const Frame& frame) : frame_(frame) {}

  // Goes on in memory of which the first `used_` bytes are written.
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

  bool done() const { return placed_ >= frame_.length; }
  size_t used() const { return used_; }
  const std::vector<Left>& left() const { return left_; }

 private:
  // Writes chunks right where they belong.
  void alone() {
    Encoder encoder(frame_);
    std::vector<Left> left;
    while (!done()) {
      const size_t end = std::min(placed_ + kChunk, frame_.length);
      Lines lines(memory_ + used_, capacity_ - used_);
      try {
        write(encoder, lines, placed_, end, left);
      } catch (const NoRoom&) {
        return;
      }
      place(end, lines.size(), left);
    }
  }

  // Writes chunks in turn with other threads.
  void help() noexcept {
    try {
      Encoder encoder(frame_);
      Lines lines;
      std::vector<Left> left;
      for (;;) {
        const size_t start = claimed_.fetch_add(kChunk);
        if (start >= frame_.length || full_) return;
        const size_t end = std::min(start + kChunk, frame_.length);
        lines.cut(0);
        write(encoder, lines, start, end, left);
        if (!deliver(start, end, lines, left)) return;
      }
    } catch (const std::bad_alloc&) {
      std::lock_guard<std::mutex> lock(mutex_);
      failed_ = full_ = true;
      turn_.notify_all();
    }
  }

  static void write(Encoder& encoder, Lines& lines, size_t start, size_t end, std::vector<Left>& left) {
    left.clear();
    for (size_t row = start; row < end; ++row) {
      const size_t size = lines.size();
      if (encoder.write(lines, row)) continue;
      lines.cut(size);
      left.push_back({row, size});
    }
  }

  // Copies lines to where they belong; false if that has to be done again in larger memory.
  bool deliver(size_t start, size_t end, const Lines& lines, const std::vector<Left>& left) {
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
    if (lines.size() > 0) std::memcpy(place_of_lines, lines.start(), lines.size());
    return true;
  }

  // Takes note of a chunk.
  void place(size_t end, size_t size, const std::vector<Left>& left) {
    for (const Left& one : left) left_.push_back({one.row, used_ + one.place});
    used_ += size;
    placed_ = end;
  }

  const Frame& frame_;
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

// Lets other threads of Python run as long as this lives.
class Unlocked {
 public:
  Unlocked() : state_(PyEval_SaveThread()) {}
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;
  ~Unlocked() { PyEval_RestoreThread(state_); }

 private:
  PyThreadState* state_;
};

// How many bytes a row may have; a guess, for memory that is not touched costs nothing.
size_t guess(const Frame& frame) {
  size_t size = frame.rest.size() + 32;
  for (const Name& name : frame.names) size += name.before.size() + name.key.size() + 16;
  for (const Field& field : frame.fields) size += field.key.size() + 20;
  return size;
}

// Writes all rows but those that are left; returns a bytes object with their lines.
Ref write_regular(const Frame& frame, size_t threads, Work& work) {
  size_t capacity = frame.length * guess(frame) + 4096;
  Ref bytes(checked(PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(capacity))));
  for (;;) {
    {
      char* memory = PyBytes_AS_STRING(bytes.get());
      Unlocked unlocked;
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

// Asks Python for the lines of the rows that were left, and puts them where they belong.
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

Frame read_frame(size_t length, int64_t unit, PyObject* names, PyObject* rest, PyObject* fields, PyObject* times) {
  Frame frame{length, unit, {}, owned(rest), {}, nullptr};
  each(names, [&frame](PyObject* name) {
    PyObject *before, *key, *column;
    if (!PyArg_ParseTuple(name, "OOO", &before, &key, &column)) throw PythonError{};
    frame.names.push_back({owned(before), owned(key), Column(column)});
  });
  each(fields, [&frame](PyObject* field) {
    PyObject *key, *column;
    if (!PyArg_ParseTuple(field, "OO", &key, &column)) throw PythonError{};
    frame.fields.push_back({owned(key), Column(column)});
  });
  if (times != Py_None) frame.times = std::make_unique<const Column>(times);
  return frame;
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
    PyErr_SetString(PyExc_ValueError, "a frame has a length, a unit, and at least one thread");
    return nullptr;
  }
  return guarded([&] {
    const Frame frame = read_frame(static_cast<size_t>(length), unit, names, rest, fields, times);
    Work work(frame);
    Ref bytes = write_regular(frame, static_cast<size_t>(threads), work);
    if (work.left().empty()) return bytes.release();
    const std::string_view lines(PyBytes_AS_STRING(bytes.get()), work.used());
    return insert_left(lines, work.left(), fallback);
  });
}
