#include "bulkhead/catalog/python/archive.h"

#include <algorithm>
#include <string>
#include <utility>

#include "bulkhead/archive/zip.h"
#include "bulkhead/catalog/python/metadata.h"
#include "bulkhead/catalog/random_file.h"
#include "bulkhead/format/stanza.h"

namespace bulkhead::catalog::python {
namespace {

class RandomSource final : public io::Source {
 public:
  explicit RandomSource(const RandomFile& file) : file_(file) {}

  std::uint64_t size() const override { return file_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView out) const override {
    if (offset >= file_.size()) return 0;
    const std::uint64_t count = std::min<std::uint64_t>(out.size(), file_.size() - offset);
    std::string scratch;
    BH_TRY(const ByteView bytes, file_.read(offset, count, scratch));
    std::ranges::copy(bytes, out.begin());
    return bytes.size();
  }

 private:
  const RandomFile& file_;
};

/// Is it the distribution's own metadata: at the archive's top, not of a copy that it carries?
bool is_metadata(std::string_view member) {
  if (member == "EGG-INFO/PKG-INFO") return true;
  constexpr std::string_view kEnd = ".dist-info/METADATA";
  return member.ends_with(kEnd) && !member.substr(0, member.size() - kEnd.size()).contains('/');
}

class ArchiveReader final : public FileReader {
 public:
  ArchiveReader(const FileInfo& file, const ReadContext& context)
      : context_(context),
        component_(file.path.substr(file.path.rfind('/') + 1)),
        writer_(context.run.limits, file.size_bytes) {}

  Result<void> data(ByteView chunk) override { return writer_.append(chunk); }

  Result<FactsPtr> end() override {
    const RandomFile file = std::move(writer_).take();
    Result<Library> library = read(RandomSource(file));
    if (!library) {
      context_.notes.add(NoteLevel::info, library.error());
      library = Library{};
    }
    const Origin origin = component_.ends_with(".whl") ? Origin::declared : Origin::installed;
    return distribution_facts(*std::move(library), component_, origin, context_);
  }

 private:
  Result<Library> read(const io::Source& source) const {
    const Limits& limits = context_.run.limits;
    BH_TRY(const std::vector<archive::ZipMember> members,
           archive::read_zip_directory(source, limits));
    const auto found = std::ranges::find_if(
        members, [](const archive::ZipMember& member) { return is_metadata(member.name); });
    if (found == members.end()) return Library{};
    BH_TRY(const std::string text,
           archive::read_zip_member(source, *found, limits.memory_file_bytes));
    Library library;
    bool is_first = true;
    format::StanzaSplitter splitter(limits.memory_file_bytes);
    const auto visit = [&](std::string_view head, std::uint64_t) {
      if (std::exchange(is_first, false)) library = parse_metadata(head);
    };
    const auto too_long = [](std::uint64_t) {};  // cannot be: the whole text is no longer
    splitter.feed(as_bytes(text), visit, too_long);
    splitter.finish(visit, too_long);
    return library;
  }

  const ReadContext& context_;
  std::string component_;
  RandomFileWriter writer_;
};

}  // namespace

std::unique_ptr<FileReader> open_archive(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<ArchiveReader>(file, context);
}

}  // namespace bulkhead::catalog::python
