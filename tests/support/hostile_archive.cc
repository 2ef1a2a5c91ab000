// Image archives that are cut, empty, or whose parts do not hold against their digests and sizes.
#include "tests/support/hostile_parts.h"

namespace bulkhead::test_support::hostile {
namespace {

using Kind = Damage::Kind;
using Part = Damage::Part;

/// A docker archive of the usual image, cut `after` bytes behind the start of the top layer's
/// header. The documents come first, so that everything before the cut can be used.
std::string cut_in_top_layer(std::size_t after) {
  const Image image = two_layers(top_layer());
  const LayoutOptions options{.manifest_last = false};
  const Members members = lay_out({&image, 1}, Layout::docker_archive, options);
  const Members before(members.begin(), members.end() - 1);
  const std::size_t start = archive_of(before).size() - 1024;  // without the end blocks
  return archive_of(members).substr(0, start + after);
}

/// The usual archive with the documents last, cut in the middle of `path`.
std::string cut_in_member(Layout layout, std::string_view path) {
  const Image image = two_layers(top_layer());
  const LayoutOptions options{.has_repositories = false, .has_directories = false};
  Members members = lay_out({&image, 1}, layout, options);
  std::string cut_bytes;
  TarWriter tar([&cut_bytes](std::string_view piece) { cut_bytes += piece; });
  for (const Member& member : members) {
    tar.add(file(member.path, member.bytes));
    if (member.path != path) continue;
    const std::size_t padded = (member.bytes.size() + 511) / 512 * 512;
    return cut_bytes.substr(0, cut_bytes.size() - padded + member.bytes.size() / 2);
  }
  return cut_bytes;
}

HostileCase damage_case(std::string name, std::string why, Damage damage,
                        HostileExpectation expectation, Layout layout = Layout::oci_dir) {
  return members_case(
      std::move(name), std::move(why), layout, std::move(expectation), [damage, layout] {
        const Image image = two_layers(
            top_layer(layout == Layout::docker_archive ? Compression::none : Compression::gzip));
        return lay_out({&image, 1}, layout, {.damage = {damage}});
      });
}

}  // namespace

void add_archive_cases(Cases& cases) {
  const std::string docker = "docker-archive:";
  const std::vector<std::string> cut = {"truncated"};
  const std::vector<std::string> cut_json = {"truncated", "malformed"};
  cases.push_back(bytes_case("empty-file", "a file of no bytes", docker, refused(),
                             [] { return std::string(); }));
  cases.push_back(bytes_case("empty-archive", "end blocks alone: no manifest, no layer", docker,
                             refused(), [] { return std::string(1024, '\0'); }));
  cases.push_back(bytes_case("outer-cut-in-header", "ends inside the header of the top layer",
                             docker, gap({"anchor"}, cut), [] { return cut_in_top_layer(100); }));
  cases.push_back(bytes_case("outer-cut-before-header", "ends before the top layer: it is missing",
                             docker, gap({"anchor"}, {"truncated", "not-found"}),
                             [] { return cut_in_top_layer(0); }));
  cases.push_back(bytes_case("outer-cut-in-data", "ends inside the top layer's bytes", docker,
                             gap({"anchor"}, cut), [] { return cut_in_top_layer(512 + 700); }));
  cases.push_back(bytes_case("outer-no-end-blocks", "ends at a member's border: complete", docker,
                             complete({"anchor", "extra"}), [] {
                               const std::string whole = cut_in_top_layer(std::string::npos / 2);
                               return whole.substr(0, whole.size() - 1024);
                             }));
  cases.push_back(bytes_case(
      "outer-cut-in-manifest-json", "ends inside manifest.json", docker, refused(cut_json),
      [] { return cut_in_member(Layout::docker_archive, "manifest.json"); }));
  cases.push_back(bytes_case("outer-cut-in-index-json", "ends inside index.json",
                             "oci-archive:", refused(cut_json),
                             [] { return cut_in_member(Layout::oci_archive, "index.json"); }));
  cases.push_back(bytes_case("outer-gzip-cut", "the archive as a whole is gzip, and cut in half",
                             docker, refused(cut_json), [] {
                               const Image image = two_layers(top_layer());
                               const std::string whole = build_archive(
                                   {&image, 1}, Layout::docker_archive, {}, Compression::gzip);
                               return whole.substr(0, whole.size() / 2);
                             }));
  cases.push_back(bytes_case("not-an-archive", "a text that no reader knows", docker, refused(),
                             [] { return std::string(4096, 'x'); }));

  const std::vector<std::string> mismatch = {"malformed", "digest-mismatch"};
  cases.push_back(damage_case("wrong-layer-digest", "the top layer's bytes are not its digest's",
                              {.part = Part::layer, .kind = Kind::wrong_digest, .layer = 1},
                              gap({"anchor"}, mismatch)));
  cases.push_back(damage_case("wrong-config-digest", "the configuration is not its digest's",
                              {.part = Part::config, .kind = Kind::wrong_digest},
                              refused(mismatch)));
  cases.push_back(damage_case("wrong-manifest-digest", "the manifest is not its digest's",
                              {.part = Part::manifest, .kind = Kind::wrong_digest},
                              refused(mismatch)));
  cases.push_back(damage_case("wrong-diff-id", "an uncompressed layer is not its diff ID's",
                              {.part = Part::layer, .kind = Kind::wrong_digest, .layer = 1},
                              gap({"anchor"}, mismatch), Layout::docker_archive));
  cases.push_back(damage_case("missing-layer-blob", "the top layer's blob is not there",
                              {.part = Part::layer, .kind = Kind::missing_blob, .layer = 1},
                              gap({"anchor"}, {"not-found"})));
  cases.push_back(damage_case("missing-config", "the configuration's blob is not there",
                              {.part = Part::config, .kind = Kind::missing_blob}, refused()));
  cases.push_back(damage_case("missing-config-docker", "the configuration's member is not there",
                              {.part = Part::config, .kind = Kind::missing_blob}, refused(),
                              Layout::docker_archive));
  cases.push_back(damage_case("config-cut", "the configuration ends early",
                              {.part = Part::config, .kind = Kind::truncated_blob, .value = 60},
                              refused()));
  cases.push_back(damage_case("manifest-cut", "the manifest ends early",
                              {.part = Part::manifest, .kind = Kind::truncated_blob, .value = 60},
                              refused()));
  struct Size {
    const char* name;
    std::int64_t value;
  };
  for (const Size& size : {Size{"zero", 0}, Size{"small", 17}, Size{"large", 1 << 30},
                           Size{"negative", -1}, Size{"huge", INT64_MAX}}) {
    cases.push_back(damage_case(
        std::string("descriptor-size-") + size.name, "the top layer's descriptor lies on its size",
        {.part = Part::layer, .kind = Kind::wrong_size, .layer = 1, .value = size.value},
        // A number that no size can be may spoil the manifest as a whole.
        size.value < 0 ? refused() : gap({"anchor"}, {"*"})));
  }
}

}  // namespace bulkhead::test_support::hostile
