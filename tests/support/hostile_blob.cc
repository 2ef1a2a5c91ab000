// Layers whose compressed form is cut, damaged, disguised or strange.
#include "tests/support/hostile_parts.h"

namespace bulkhead::test_support::hostile {
namespace {

/// An image whose descriptors are true: only the top layer's compressed bytes are at fault.
HostileCase blob_case(std::string name, std::string why, HostileExpectation expectation,
                      Compression compression, std::function<std::string(std::string)> change,
                      CompressOptions options = {}, std::string media_type = {}) {
  return members_case(
      std::move(name), std::move(why), Layout::oci_archive, std::move(expectation),
      [compression, change = std::move(change), options, media_type] {
        std::vector<TarEntry> entries = top_entries();
        std::string noise;  // something that does not vanish when compressed
        for (unsigned i = 0, x = 1; i < 200'000; ++i, x = x * 1'664'525 + 1'013'904'223) {
          noise.push_back(static_cast<char>(x >> 24));
        }
        entries.push_back(file("opt/noise", noise));
        const std::string plain = make_tar(entries);
        Layer layer =
            layer_of_blob(change(compress(plain, compression, options)), compression, plain);
        layer.media_type = media_type;
        const Image image = two_layers(std::move(layer));
        return lay_out({&image, 1}, Layout::oci_archive);
      });
}

std::function<std::string(std::string)> without_last(std::size_t bytes) {
  return [bytes](std::string blob) { return blob.substr(0, blob.size() - bytes); };
}

std::function<std::string(std::string)> with_byte(std::size_t from_end, char value) {
  return [from_end, value](std::string blob) {
    blob[blob.size() - from_end] ^= value;
    return blob;
  };
}

std::string half(std::string blob) { return blob.substr(0, blob.size() / 2); }
std::string same(std::string blob) { return blob; }

}  // namespace

void add_blob_cases(Cases& cases) {
  const auto cut = gap({"anchor"}, {"truncated"});
  const auto damaged = gap({"anchor"}, {"malformed"});
  const auto all = complete({"anchor", "extra"});
  using enum Compression;
  cases.push_back(blob_case("gzip-cut-in-trailer", "CRC and size are cut off by half", cut, gzip,
                            without_last(4)));
  cases.push_back(blob_case("gzip-cut-in-data", "half of a gzip layer", cut, gzip, half));
  cases.push_back(blob_case("zstd-cut-in-frame", "half of a zstd layer", cut, zstd, half));
  cases.push_back(
      blob_case("zstd-cut-in-checksum", "the frame's checksum is cut", cut, zstd, without_last(2)));
  cases.push_back(blob_case("xz-cut-in-index", "the stream's footer and index are cut", cut, xz,
                            without_last(16)));
  cases.push_back(blob_case("xz-cut-in-data", "half of an xz layer", cut, xz, half));
  cases.push_back(blob_case("bzip2-cut-in-data", "half of a bzip2 layer", cut, bzip2, half));
  cases.push_back(blob_case("gzip-wrong-size", "ISIZE lies", damaged, gzip, with_byte(1, 0x40)));
  cases.push_back(
      blob_case("gzip-wrong-crc", "the CRC does not hold", damaged, gzip, with_byte(8, 0x01)));
  cases.push_back(blob_case("zstd-wrong-checksum", "the content checksum does not hold", damaged,
                            zstd, with_byte(1, 0x01)));
  cases.push_back(blob_case("gzip-trailing-garbage", "text follows the last member",
                            gap({"anchor", "extra"}, {"malformed"}), gzip, same,
                            {.trailing = "this is no member"}));
  cases.push_back(blob_case("gzip-trailing-zeros", "padding follows the last member", all, gzip,
                            same, {.trailing_zeros = 100'000}));
  cases.push_back(blob_case("gzip-1e5-members", "100,000 members of two bytes each", all, gzip,
                            same, {.level = 1, .member_bytes = 2}));
  cases.push_back(blob_case("zstd-window-2-gib", "the frame asks for a window of 2 GiB",
                            gap({"anchor"}, {"limit-exceeded"}), zstd,
                            [](std::string blob) {
                              // RFC 8878, 3.1.1.1.2: the exponent, 31 - 10, in the top five bits.
                              blob[5] = static_cast<char>((31 - 10) << 3);
                              return blob;
                            },
                            {.has_zstd_content_size = false}));
  cases.push_back(blob_case("zstd-skippable-4-gib", "a skippable frame claims 4 GiB and ends", cut,
                            zstd, [](std::string) {
                              return std::string("\x50\x2a\x4d\x18\xff\xff\xff\xff", 8) +
                                     std::string(1000, 's');
                            }));
  cases.push_back(blob_case(
      "unknown-compression", "a layer in a format that nobody reads (lz4)",
      gap({"anchor"}, {"unsupported", "malformed"}), none,
      [](std::string blob) { return "\x04\x22\x4d\x18" + blob; }, {},
      "application/vnd.oci.image.layer.v1.tar+lz4"));
  cases.push_back(blob_case("media-type-gzip-bytes-zstd", "the media type lies; magic bytes rule",
                            all, zstd, same, {}, "application/vnd.oci.image.layer.v1.tar+gzip"));
  cases.push_back(blob_case("media-type-plain-bytes-gzip", "the media type lies; magic bytes rule",
                            all, gzip, same, {}, "application/vnd.oci.image.layer.v1.tar"));
  cases.push_back(blob_case("gzip-in-gzip", "unpacked once it is gzip again: not a tar",
                            gap({"anchor"}, {"malformed"}), gzip,
                            [](std::string blob) { return compress(blob, gzip); }));
  cases.push_back(top_case("layer-not-a-tar", "a text in place of the tar", damaged,
                           [] { return layer_of_bytes(std::string(4096, 'x')); }));
  cases.push_back(top_case("layer-of-no-bytes", "a layer of length 0", complete({"anchor"}),
                           [] { return layer_of_bytes(""); }));
  cases.push_back(top_case("layer-emptied", "no bytes where the diff ID says that there are some",
                           gap({"anchor"}, {"malformed"}), [] {
                             Layer layer = top_layer();
                             layer.diff_id = sha256_digest(layer.tar);
                             layer.tar.clear();
                             return layer;
                           }));
}

}  // namespace bulkhead::test_support::hostile
