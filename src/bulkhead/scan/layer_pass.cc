#include "bulkhead/scan/layer_pass.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "bulkhead/image/path.h"

namespace bulkhead::scan {

using archive::EntryHeader;
using archive::EntryType;

std::size_t path_hash(std::string_view path) { return std::hash<std::string_view>()(path); }

void FileTee::open(std::uint32_t inspector, const FileInfo& file, std::string_view place) {
  OpenReader& open = readers_.emplace_back();
  open.inspector = inspector;
  open.place = place;
  open.notes = std::make_unique<Notes>(context_.limits.notes);
  open.context = std::make_unique<ReadContext>(ReadContext{context_, *open.notes});
  open.reader = inspectors_[inspector].open(file, *open.context);
}

void FileTee::data(ByteView chunk) {
  for (OpenReader& open : readers_) {
    if (!open.reader) continue;
    if (auto read = open.reader->data(chunk); !read) {
      open.notes->add(NoteLevel::incomplete, std::move(read).error());
      open.reader.reset();
    }
  }
}

/// Moves a file's notes to the layer's, each with its place.
void FileTee::settle(OpenReader& open) {
  std::vector<Note> notes = std::move(*open.notes).take_sorted();
  for (Note& note : notes) {
    note.where = note.where.empty() ? open.place : fmt::format("{}!{}", open.place, note.where);
    notes_.add(std::move(note));
  }
}

/// Takes the memory of `facts` off what all layers may keep.
bool FileTee::is_affordable(const FactsPtr& facts) {
  const std::uint64_t bytes = facts ? facts->memory_bytes() : 0;
  return budget_.fact_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes <=
         context_.limits.fact_bytes;
}

void FileTee::end(std::uint32_t ordinal, std::string_view path, std::vector<FileFacts>& out) {
  for (OpenReader& open : readers_) {
    if (open.reader) {
      auto facts = open.reader->end();
      if (facts && !is_affordable(*facts)) {
        open.notes->add(
            NoteLevel::incomplete,
            Error{Code::limit_exceeded, "file: more to keep of it than --max-fact-bytes allows"});
      } else if (facts) {
        out.push_back({ordinal, open.inspector, *std::move(facts), path_hash(path)});
      } else {
        open.notes->add(NoteLevel::incomplete, std::move(facts).error());
      }
    }
    settle(open);
  }
  readers_.clear();
}

void FileTee::abandon() {
  for (OpenReader& open : readers_) {
    open.notes->add(NoteLevel::incomplete, Error{Code::truncated, "file: its bytes end too early"});
    settle(open);
  }
  readers_.clear();
}

bool EntryFilter::accept(const EntryHeader& header, Error& error) {
  // A name's length is kept in 16 bits, whatever the option says.
  constexpr std::size_t kMostBytes = 0xFFFF;
  const std::size_t most = std::min<std::size_t>(limits_.path_bytes, kMostBytes);
  if (header.path.size() > most || header.link.size() > most) {
    error = {Code::limit_exceeded,
             fmt::format("path: longer than --max-path-bytes: '{}...'", header.path.substr(0, 64)),
             {},
             header.offset};
    return false;
  }
  if (image::clean_path(header.path, path_) == image::PathKind::escaped) ++escaped_;
  // A path of n components has at least 2n - 1 bytes: short ones need no counting.
  if (path_.size() >= limits_.path_depth &&
      static_cast<std::uint64_t>(std::ranges::count(path_, '/')) >= limits_.path_depth) {
    error = {Code::limit_exceeded,
             fmt::format("path: deeper than --max-path-depth: '{}...'", path_.substr(0, 64)),
             {},
             header.offset};
    return false;
  }
  return true;
}

LayerPass::LayerPass(std::span<const Inspector> inspectors, const RunContext& context,
                     KeptBudget& budget, std::string where)
    : wants_(inspectors),
      context_(context),
      budget_(budget),
      where_(std::move(where)),
      result_(context.limits),
      filter_(context.limits),
      tee_(inspectors, context_, budget_, result_.notes) {}

Result<archive::EntrySink::Want> LayerPass::begin(const EntryHeader& header) {
  tee_.abandon();  // a file that got no `end`
  is_accepted_ = false;
  is_wanted_by_path_ = false;
  is_sniffing_ = false;
  if (is_full_) return Want::skip;
  Error error;
  if (!filter_.accept(header, error)) {
    note(std::move(error), true);
    return Want::skip;
  }
  const std::string& path = filter_.path();
  const std::uint64_t entries = budget_.entries.fetch_add(1, std::memory_order_relaxed);
  if (entries >= context_.limits.entries ||
      budget_.name_bytes.load(std::memory_order_relaxed) >= context_.limits.name_bytes) {
    is_full_ = true;
    note({Code::limit_exceeded,
          fmt::format("layer: more entries or names than {} allows; the rest is left out",
                      entries >= context_.limits.entries ? "--max-entries" : "--max-name-bytes"),
          {},
          header.offset},
         true);
    return Want::skip;
  }
  is_accepted_ = true;
  ordinal_ = result_.entries.count();
  // What the log takes counts, not the last names alone: paths without a common start cost more.
  const std::size_t kept_bytes = result_.entries.append(
      {path, header.link, header.type, static_cast<std::uint16_t>(header.mode),
       static_cast<std::uint32_t>(std::min<std::uint64_t>(header.uid, 0xFFFFFFFF)),
       static_cast<std::uint32_t>(std::min<std::uint64_t>(header.gid, 0xFFFFFFFF)),
       header.type == EntryType::file ? header.size_bytes : 0});
  budget_.name_bytes.fetch_add(kept_bytes, std::memory_order_relaxed);
  if (header.type == EntryType::file) open_by_path(header);
  return is_sated() ? Want::skip : Want::stream;
}

void LayerPass::open(std::uint32_t inspector) {
  const std::string& path = filter_.path();
  tee_.open(inspector, {path, mode_, size_bytes_}, fmt::format("{}!{}", where_, path));
}

void LayerPass::open_by_path(const EntryHeader& header) {
  mode_ = header.mode;
  size_bytes_ = header.size_bytes;
  for (const std::uint32_t inspector : wants_.by_path(filter_.path())) open(inspector);
  is_wanted_by_path_ = tee_.is_open();
  is_sniffing_ = wants_.most_magic_bytes() > 0 && size_bytes_ > 0;
  head_.clear();
}

/// The first bytes are there: who wants the file for them gets them, as all do.
void LayerPass::open_by_magic() {
  is_sniffing_ = false;
  const std::vector<std::uint32_t> wanting = wants_.by_magic(head_);
  if (!wanting.empty()) {
    const std::vector<std::uint32_t> opened = wants_.by_path(filter_.path());
    for (const std::uint32_t inspector : wanting) {
      if (!std::ranges::binary_search(opened, inspector)) open(inspector);
    }
  }
  tee_.data(as_bytes(head_));
}

Result<void> LayerPass::data(ByteView chunk) {
  if (is_sniffing_) {
    const std::size_t taken = std::min(chunk.size(), wants_.most_magic_bytes() - head_.size());
    head_.append(as_text(chunk.first(taken)));
    if (head_.size() < wants_.most_magic_bytes()) return {};
    chunk = chunk.subspan(taken);
    open_by_magic();
  }
  tee_.data(chunk);
  return {};
}

Result<void> LayerPass::end() {
  if (is_sniffing_) open_by_magic();
  tee_.end(ordinal_, filter_.path(), result_.facts);
  return {};
}

void LayerPass::note(Error error, bool is_gap) {
  error.where = error.where.empty() ? where_ : fmt::format("{}!{}", where_, error.where);
  result_.notes.add(is_gap ? NoteLevel::incomplete : NoteLevel::info, error);
}

LayerResult LayerPass::take() && {
  tee_.abandon();
  if (filter_.escaped() > 0) {
    note({Code::malformed,
          fmt::format("path: '..' leads above the root in {} entries; taken as below the root",
                      filter_.escaped())},
         false);
  }
  return std::move(result_);
}

LatePass::LatePass(std::span<const Inspector> inspectors, std::span<const LateWant> wants,
                   const RunContext& context, KeptBudget& budget, std::string where)
    : wants_(wants),
      where_(std::move(where)),
      filter_(context.limits),
      notes_(context.limits.notes),
      tee_(inspectors, context, budget, notes_) {}

Result<archive::EntrySink::Want> LatePass::begin(const EntryHeader& header) {
  tee_.abandon();
  Error ignored;  // the first pass has said it
  if (!filter_.accept(header, ignored)) return Want::skip;
  ordinal_ = next_ordinal_++;
  for (; !wants_.empty() && wants_.front().ordinal == ordinal_; wants_ = wants_.subspan(1)) {
    const LateWant& want = wants_.front();
    tee_.open(want.inspector, {want.path, header.mode, header.size_bytes},
              fmt::format("{}!{}", where_, filter_.path()));
  }
  return tee_.is_open() ? Want::stream : Want::skip;
}

Result<void> LatePass::data(ByteView chunk) {
  tee_.data(chunk);
  return {};
}

Result<void> LatePass::end() {
  tee_.end(ordinal_, filter_.path(), facts_);
  return {};
}

}  // namespace bulkhead::scan
