// Little on disk, much when unpacked. They are made by repeating compressed pieces, in seconds.
#include <fmt/format.h>

#include "bulkhead/io/hash.h"
#include "tests/support/hostile_parts.h"

namespace bulkhead::test_support::hostile {
namespace {

constexpr std::uint64_t kPiece = 64 << 20;

/// The header of a file of `size_bytes`, without its data.
std::string header_of(std::string path, std::uint64_t size_bytes) {
  std::string bytes;
  TarWriter tar([&bytes](std::string_view piece) { bytes += piece; }, TarFormat::gnu);
  TarEntry entry = file(std::move(path), "");
  entry.claimed_size = size_bytes;
  tar.add(entry);
  return bytes;
}

std::string top_without_end() {
  const std::string tar = make_tar(top_entries());
  return tar.substr(0, tar.size() - 1024);
}

std::string diff_id_of_zeros(std::string_view before, std::uint64_t zeros) {
  io::Hasher hasher = *io::Hasher::create("sha256");
  hasher.update(as_bytes(before));
  const std::string piece(1 << 20, '\0');
  for (std::uint64_t left = zeros; left > 0; left -= piece.size()) hasher.update(as_bytes(piece));
  hasher.update(as_bytes(std::string(1024, '\0')));
  return "sha256:" + hasher.finish_hex();
}

/// A layer with the top's database and a file of `pieces` times 64 MiB of zeros, each piece a
/// member, frame or stream of its own. The diff ID is true.
Layer zeros_layer(Compression compression, std::uint64_t pieces) {
  const std::uint64_t zeros = pieces * kPiece;
  const std::string before = top_without_end() + header_of("opt/zeros", zeros);
  CompressOptions options{.level = compression == Compression::gzip ? 9 : 6};
  const std::string piece = compress(std::string(kPiece, '\0'), compression, options);
  Layer layer{.tar = {}, .compression = compression};
  layer.stored = compress(before, compression, options);
  for (std::uint64_t i = 0; i < pieces; ++i) *layer.stored += piece;
  *layer.stored += compress(std::string(1024, '\0'), compression, options);
  layer.diff_id = diff_id_of_zeros(before, zeros);
  return layer;
}

/// `count` empty files, header after header, to `sink`: the header is made once and then only its
/// digits and its checksum change.
void write_many_files(std::uint64_t count, std::string_view folder, const ByteSink& sink) {
  const std::string first = header_of(std::string(folder) + "0000000", 0);
  const std::size_t digits = folder.size();
  unsigned sum = 8 * ' ';
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (i < tar_field::kChecksum || i >= tar_field::kType) {
      sum += static_cast<unsigned char>(first[i]);
    }
  }
  std::string header = first;
  for (std::uint64_t n = 0; n < count; ++n) {
    unsigned total = sum;
    std::uint64_t rest = n;
    for (std::size_t i = 7; i-- > 0; rest /= 10) {
      header[digits + i] = static_cast<char>('0' + rest % 10);
      total += static_cast<unsigned>(rest % 10);
    }
    for (std::size_t i = 6; i-- > 0; total /= 8) {
      header[tar_field::kChecksum + i] = static_cast<char>('0' + total % 8);
    }
    sink(header);
  }
}

Layer many_files_layer(std::uint64_t count) {
  const std::unique_ptr<Compressor> compressor = make_compressor(Compression::zstd, {.level = 1});
  io::Hasher hasher = *io::Hasher::create("sha256");
  const ByteSink sink = [&](std::string_view bytes) {
    compressor->append(bytes);
    hasher.update(as_bytes(bytes));
  };
  sink(top_without_end());
  write_many_files(count, "opt/", sink);
  sink(std::string(1024, '\0'));
  Layer layer{.tar = {}, .compression = Compression::zstd};
  layer.stored = compressor->finish();
  layer.diff_id = "sha256:" + hasher.finish_hex();
  return layer;
}

HostileCase oci_case(std::string name, std::string why, HostileExpectation expectation,
                     std::function<Layer()> make) {
  return members_case(std::move(name), std::move(why), Layout::oci_archive, std::move(expectation),
                      [make = std::move(make)] {
                        const Image image = two_layers(make());
                        return lay_out({&image, 1}, Layout::oci_archive);
                      });
}

/// The usual docker archive behind a million members that nobody wants, all of it gzip.
std::string crowded_archive() {
  const Image image = two_layers(top_layer());
  const std::unique_ptr<Compressor> out = make_compressor(Compression::gzip, {.level = 1});
  write_many_files(1'100'000, "x/", [&out](std::string_view bytes) { out->append(bytes); });
  out->append(build_archive({&image, 1}, Layout::docker_archive));
  return out->finish();
}

}  // namespace

void add_bomb_cases(Cases& cases) {
  // gzip cannot pass 1032:1, so that a ratio alone does not tell it from an honest sparse disk:
  // 3 GiB are read, in constant memory.
  cases.push_back(oci_case("bomb-gzip-3-gib", "3 GiB of zeros in 3 MiB of gzip",
                           complete({"anchor", "extra"}),
                           [] { return zeros_layer(Compression::gzip, 48); }));
  cases.push_back(oci_case("bomb-zstd-4-gib", "4 GiB of zeros in less than 1 MiB of zstd",
                           gap({"anchor"}, {"limit-exceeded"}),
                           [] { return zeros_layer(Compression::zstd, 64); }));
  cases.push_back(oci_case("bomb-xz-4-gib", "4 GiB of zeros in less than 1 MiB of xz",
                           gap({"anchor"}, {"limit-exceeded"}),
                           [] { return zeros_layer(Compression::xz, 64); }));
  cases.push_back(oci_case("bomb-3e6-files", "three million empty files in one layer",
                           complete({"anchor", "extra"}),
                           [] { return many_files_layer(3'000'000); }));
  cases.push_back(bytes_case("bomb-1e6-archive-members", "1,100,000 members before the manifest",
                             "docker-archive:", refused({"limit-exceeded"}), crowded_archive));
  cases.push_back(members_case("bomb-2000-layers", "more layers than the bound",
                               Layout::oci_archive, refused({"limit-exceeded"}), [] {
                                 Image image;
                                 for (int i = 0; i < 2000; ++i) {
                                   const TarEntry entry = file(fmt::format("f{}", i), "x");
                                   image.layers.push_back(make_layer({&entry, 1}));
                                 }
                                 image.layers.front() = base_layer();
                                 return lay_out({&image, 1}, Layout::oci_archive);
                               }));
}

}  // namespace bulkhead::test_support::hostile
