// bulkhead-make-image: an image from a JSON description (tests/support/image_description.h), the
// same bytes every time.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/support/image_description.h"
#include "tests/support/layout.h"

namespace {

using namespace bulkhead;
using namespace bulkhead::test_support;

constexpr const char* kUsage =
    "usage: bulkhead-make-image DESCRIPTION.json --out PATH\n"
    "         [--layout docker-archive|docker-archive-oci|oci-archive|oci-dir]\n"
    "         [--compression none|gzip|zstd|xz|bzip2]   of the archive as a whole\n";

struct Arguments {
  std::string description;
  std::string out;
  Layout layout = Layout::docker_archive;
  Compression compression = Compression::none;
};

template <class T>
Result<T> named(const std::map<std::string, T>& names, const std::string& name) {
  const auto found = names.find(name);
  if (found == names.end()) return fail(Code::unsupported, "no such choice: " + name);
  return found->second;
}

Result<Arguments> parse_arguments(const std::vector<std::string>& words) {
  static const std::map<std::string, Layout> kLayouts = {
      {"docker-archive", Layout::docker_archive},
      {"docker-archive-oci", Layout::docker_archive_oci},
      {"oci-archive", Layout::oci_archive},
      {"oci-dir", Layout::oci_dir}};
  static const std::map<std::string, Compression> kCompressions = {{"none", Compression::none},
                                                                   {"gzip", Compression::gzip},
                                                                   {"zstd", Compression::zstd},
                                                                   {"xz", Compression::xz},
                                                                   {"bzip2", Compression::bzip2}};
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      arguments.description = word;
      continue;
    }
    if (i + 1 == words.size()) return fail(Code::malformed, word + " wants a value");
    const std::string& value = words[++i];
    if (word == "--out") {
      arguments.out = value;
    } else if (word == "--layout") {
      BH_TRY(arguments.layout, named(kLayouts, value));
    } else if (word == "--compression") {
      BH_TRY(arguments.compression, named(kCompressions, value));
    } else {
      return fail(Code::unsupported, "no such option: " + word);
    }
  }
  if (arguments.description.empty() || arguments.out.empty()) {
    return fail(Code::malformed, "a description and --out are needed");
  }
  return arguments;
}

Result<void> make_image(const Arguments& arguments) {
  std::ifstream in(arguments.description, std::ios::binary);
  if (!in) return std::unexpected(Error{Code::not_found, "no such file", arguments.description});
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string folder = std::filesystem::path(arguments.description).parent_path().string();
  BH_TRY(const Image image, read_description(text, folder));
  const Members members = lay_out({&image, 1}, arguments.layout);
  if (arguments.layout == Layout::oci_dir) return write_folder(members, arguments.out);
  return write_file(arguments.out, archive_of(members, arguments.compression));
}

}  // namespace

int main(int argc, char** argv) {
  const Result<Arguments> arguments = parse_arguments({argv + 1, argv + argc});
  if (!arguments) {
    fmt::print(stderr, "bulkhead-make-image: {}\n{}", describe(arguments.error()), kUsage);
    return 2;
  }
  if (const Result<void> made = make_image(*arguments); !made) {
    fmt::print(stderr, "bulkhead-make-image: {}\n", describe(made.error()));
    return 1;
  }
  return 0;
}
