// The texts of a column, and rows put together.

#include "results/cells.hpp"

#include "python/python.hpp"

namespace {

// It is given up if of so many texts three quarters are new, or if so many others stand in the way of
// one, which happens only where somebody meant it to.
constexpr size_t kTried = 4096;
constexpr size_t kInTheWay = 256;
constexpr size_t kFirstSlots = 64;

// Spreads the bytes of a text over a word: multiply and fold, eight bytes at a time.
uint64_t hash_of(std::string_view text) {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
  const auto fold = [](uint64_t word) {
    const auto product = static_cast<unsigned __int128>(word) * kOdd;
    return static_cast<uint64_t>(product >> 64) ^ static_cast<uint64_t>(product);
  };
  uint64_t hash = text.size();
  size_t index = 0;
  for (; index + 8 <= text.size(); index += 8) hash = fold(hash ^ word_at<uint64_t>(text.data() + index));
  uint64_t tail = 0;
  std::memcpy(&tail, text.data() + index, text.size() - index);
  return fold(hash ^ tail);
}

bool same(std::string_view left, std::string_view right) {
  return left.size() == right.size() && same_bytes(left.data(), right.data(), left.size());
}

}  // namespace

uint32_t CellTexts::add(std::string_view text) {
  if (last_ != kNone && same((*this)[next_[last_]], text)) return last_ = next_[last_];
  const uint32_t found = find_or_append(text);
  if (last_ != kNone) next_[last_] = found;
  return last_ = found;
}

uint32_t CellTexts::find_or_append(std::string_view text) {
  if (++asked_ > kTried && size() > asked_ / 4 * 3) distinct_ = false;
  if (!distinct_) return append(text);
  if (2 * size() >= slots_.size()) rehash();
  const size_t mask = slots_.size() - 1;
  const size_t first = hash_of(text);
  for (size_t step = 0; step < kInTheWay; ++step) {
    uint32_t& known = slots_[(first + step) & mask];
    if (known == kNone) return known = append(text);
    if (same((*this)[known], text)) return known;
  }
  distinct_ = false;
  return append(text);
}

uint32_t CellTexts::append(std::string_view text) {
  const auto position = static_cast<uint32_t>(size());
  text_.append(text);
  ends_.push_back(text_.size());
  next_.push_back(position);
  return position;
}

void CellTexts::rehash() {
  slots_.assign(slots_.empty() ? kFirstSlots : 4 * slots_.size(), kNone);
  const size_t mask = slots_.size() - 1;
  for (uint32_t position = 0; position < size(); ++position) {
    size_t slot = hash_of((*this)[position]) & mask;
    while (slots_[slot] != kNone) slot = (slot + 1) & mask;
    slots_[slot] = position;
  }
}

void Cells::append(const Cells& others) {
  if (others.rows_ == 0) return;
  if (rows_ + others.rows_ > room_) grow(rows_ + others.rows_);
  for (size_t index = 0; index < columns_.size(); ++index) {
    Values& column = columns_[index];
    const Values& other = others.columns_[index];
    uint64_t* words = column.words.get() + rows_;
    Kind* kinds = column.kinds.get() + rows_;
    std::memcpy(words, other.words.get(), others.rows_ * sizeof *words);
    std::memcpy(kinds, other.kinds.get(), others.rows_ * sizeof *kinds);
    column.seen |= other.seen;
    if (!(other.seen & bit(Kind::kText))) continue;
    std::vector<uint32_t> moved;
    for (size_t text = 0; text < other.texts.size(); ++text) moved.push_back(column.texts.add(other.texts[text]));
    for (size_t row = 0; row < others.rows_; ++row) {
      if (kinds[row] == Kind::kText) words[row] = moved[words[row]];
    }
  }
  rows_ += others.rows_;
}
