#include "bulkhead/scan/kept_files.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bulkhead/image/path.h"

namespace bulkhead::scan {

bool KeptFiles::begin(std::uint32_t ordinal, std::string_view path, std::uint32_t mode) {
  constexpr std::uint64_t kNodeBytes = sizeof(File) + 48;  // a node of the map
  const std::uint64_t bytes = kNodeBytes + path.size();
  if (budget_.name_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes > most_name_bytes_) {
    return false;
  }
  open_ = &files_[ordinal];
  *open_ = File{spool_->size(), 0, mode, std::string(path), true};
  return true;
}

void KeptFiles::data(ByteView chunk) {
  if (!open_->is_whole) return;
  if (!spool_->append(chunk)) {
    open_->is_whole = false;
    return;
  }
  open_->size_bytes += chunk.size();
}

void KeptFiles::read_file(const File& file, FileTee& tee) const {
  std::array<std::byte, std::size_t{16} << 10> buffer;
  for (std::uint64_t done = 0; done < file.size_bytes;) {
    const std::size_t most = std::min<std::uint64_t>(buffer.size(), file.size_bytes - done);
    const auto got = spool_->source()->read_at(file.offset + done, std::span(buffer).first(most));
    if (!got || *got == 0) return tee.abandon();
    tee.data(ByteView(buffer).first(*got));
    done += *got;
  }
}

std::vector<FileFacts> KeptFiles::read(std::string_view where,
                                       std::span<const Inspector> inspectors,
                                       std::span<const LateWant> wants, const RunContext& context,
                                       KeptBudget& budget, Notes& notes) const {
  std::vector<FileFacts> facts;
  FileTee tee(inspectors, context, budget, notes);
  for (const LateWant& want : wants) {
    const auto found = files_.find(want.ordinal);
    if (found == files_.end() || !found->second.is_whole) {
      notes.add({NoteLevel::incomplete, "unsupported",
                 "stream: a link that came later leads to this file, whose bytes have gone by; "
                 "scan the archive from a file",
                 fmt::format("{}!{}", where, want.path)});
      continue;
    }
    const File& file = found->second;
    tee.open(want.inspector, {want.path, file.mode, file.size_bytes},
             fmt::format("{}!{}", where, file.path));
    read_file(file, tee);
    tee.end(want.ordinal, file.path, facts);
  }
  return facts;
}

KeepingPass::KeepingPass(LayerPass& pass, KeptFiles& kept, std::span<const Inspector> inspectors)
    : pass_(pass), kept_(kept) {
  for (const Inspector& inspector : inspectors) {
    for (const std::string_view pattern : inspector.patterns) {
      const std::string_view name = image::name_of(pattern);
      if (name != "*") names_.push_back(name);
    }
  }
  std::ranges::sort(names_);
  const auto repeated = std::ranges::unique(names_);
  names_.erase(repeated.begin(), repeated.end());
}

bool KeepingPass::is_name_wanted(std::string_view path) const {
  const std::string_view name = image::name_of(path);
  return std::ranges::any_of(names_,
                             [&](std::string_view wanted) { return matches_glob(wanted, name); });
}

Result<archive::EntrySink::Want> KeepingPass::begin(const archive::EntryHeader& header) {
  BH_TRY(const Want want, pass_.begin(header));
  is_keeping_ = !pass_.is_wanted_by_path() && header.type == archive::EntryType::file &&
                header.size_bytes > 0 && pass_.ordinal() && is_name_wanted(pass_.path()) &&
                kept_.begin(*pass_.ordinal(), pass_.path(), header.mode);
  return is_keeping_ ? Want::stream : want;
}

Result<void> KeepingPass::data(ByteView chunk) {
  if (is_keeping_) kept_.data(chunk);
  return pass_.data(chunk);
}

Result<void> KeepingPass::end() { return pass_.end(); }

}  // namespace bulkhead::scan
