#include "bulkhead/scan/read_target.h"

#include <unistd.h>

#include <fmt/format.h>

#include "bulkhead/io/fd_stream.h"
#include "bulkhead/scan/read_layers.h"
#include "bulkhead/scan/stream_reader.h"
#include "bulkhead/scan/target.h"

namespace bulkhead::scan {
namespace {

/// A reference that names a stream.
struct StreamName {
  StreamKind kind = StreamKind::any;
  std::string pick;  // which image of several
};

/// "-", "docker-archive:-", "oci-archive:-:TAG", "tar:-".
std::optional<StreamName> parse_stream_name(std::string_view reference) {
  struct Row {
    std::string_view prefix;
    StreamKind kind;
  };
  constexpr Row kRows[] = {{"", StreamKind::any},
                           {"docker-archive:", StreamKind::docker_archive},
                           {"oci-archive:", StreamKind::oci_archive},
                           {"tar:", StreamKind::rootfs}};
  for (const Row& row : kRows) {
    if (!reference.starts_with(row.prefix)) continue;
    const std::string_view rest = reference.substr(row.prefix.size());
    if (rest == "-") return StreamName{row.kind, {}};
    if (rest.starts_with("-:")) return StreamName{row.kind, std::string(rest.substr(2))};
    if (rest.starts_with("-@")) return StreamName{row.kind, std::string(rest.substr(1))};
  }
  return std::nullopt;
}

Result<ReadTarget> read_whole_stream(io::Stream& stream, const StreamName& name,
                                     const ReadRequest& request,
                                     std::span<const Inspector> inspectors,
                                     const RunContext& context, KeptBudget& budget, Notes& notes) {
  auto streamed = read_stream(stream, name.kind, name.pick, request.target, inspectors,
                              request.verify, context, budget, notes);
  const std::string& reference = request.target.reference;
  if (!streamed) {
    Error error = std::move(streamed).error();
    error.where = error.where.empty() ? reference : fmt::format("{}!{}", reference, error.where);
    return std::unexpected(std::move(error));
  }
  streamed->target.target.reference = reference;
  return ReadTarget{std::move(streamed->target), std::move(streamed->layers),
                    std::move(streamed->kept)};
}

Result<void> check_layer(std::optional<std::uint32_t> layer, std::size_t count) {
  if (!layer || *layer < count) return {};
  return fail(Code::not_found,
              fmt::format("there is no layer {}: the layers are 0 to {}", *layer, count - 1));
}

/// What a stream has of the layers that matter.
Result<ReadTarget> drop_above(Result<ReadTarget> read, std::optional<std::uint32_t> last) {
  if (!read || !last) return read;
  BH_CHECK(check_layer(last, read->layers.size()));
  read->layers.erase(read->layers.begin() + *last + 1, read->layers.end());
  read->target.layers.resize(*last + 1);
  return read;
}

/// The image of an engine; `is_offline`: of one on a socket of this machine alone.
Result<std::unique_ptr<io::Stream>> ask_engine(const EngineName& name, bool is_offline,
                                               const RunContext& context) {
  if (is_offline && remote::find_engine(name.engine).starts_with("tcp://")) {
    return fail(Code::unsupported, "engine: --offline forbids to ask one over the network");
  }
  return remote::save_image(name.engine, name.image, context);
}

/// An image that an engine of this machine has; nothing where no engine that may be passed over
/// has it.
Result<std::optional<ReadTarget>> read_from_engine(const ReadRequest& request,
                                                   std::span<const Inspector> inspectors,
                                                   const RunContext& context, KeptBudget& budget,
                                                   Notes& notes) {
  const std::string& reference = request.target.reference;
  for (const EngineName& name : engines_for(reference)) {
    auto stream = ask_engine(name, request.remote.is_offline, context);
    if (stream) {
      BH_TRY(ReadTarget read, drop_above(read_whole_stream(**stream, {StreamKind::any, {}}, request,
                                                           inspectors, context, budget, notes),
                                         request.last_layer));
      return std::optional(std::move(read));
    }
    const bool is_prefixed = name.image != reference;
    if (is_prefixed || context.is_cancelled()) {
      Error error = std::move(stream).error();
      error.where = error.where.empty() ? reference : fmt::format("{}: {}", reference, error.where);
      return std::unexpected(std::move(error));
    }
    // The registry is asked next; why the engine could not be is worth a line all the same.
    const bool is_missing = stream.error().code == Code::not_found;
    context.log->write(is_missing ? LogLevel::debug : LogLevel::warning, describe(stream.error()));
  }
  return std::nullopt;
}

}  // namespace

bool is_stdin(std::string_view reference) { return parse_stream_name(reference).has_value(); }

Result<ReadTarget> read_target(const ReadRequest& request, std::span<const Inspector> inspectors,
                               const RunContext& context, KeptBudget& budget, Notes& notes) {
  const std::optional<std::uint32_t> last = request.last_layer;
  if (const auto name = parse_stream_name(request.target.reference)) {
    io::Fd fd(::dup(STDIN_FILENO));
    if (!fd) {
      return std::unexpected(Error{Code::io,
                                   fmt::format("standard input: {}", io::system_message(errno)),
                                   request.target.reference});
    }
    const std::unique_ptr<io::Stream> input = io::open_fd_stream(std::move(fd), context);
    return drop_above(read_whole_stream(*input, *name, request, inspectors, context, budget, notes),
                      last);
  }
  BH_TRY(std::optional<ReadTarget> saved,
         read_from_engine(request, inspectors, context, budget, notes));
  if (saved) return *std::move(saved);
  BH_TRY(image::OpenTarget target, open_target(request.target, request.remote, context, notes));
  BH_CHECK(check_layer(last, target.layers.size()));
  if (last) {
    target.layers.resize(*last + 1);
    target.sources.resize(*last + 1);
  }
  BH_TRY(std::vector<LayerResult> layers,
         read_layers(target, inspectors, request.verify, context, budget));
  return ReadTarget{std::move(target), std::move(layers)};
}

Result<std::vector<FileFacts>> read_late(const ReadTarget& read, std::uint32_t layer,
                                         std::span<const Inspector> inspectors,
                                         std::span<const LateWant> wants, const RunContext& context,
                                         KeptBudget& budget, Notes& notes) {
  const std::shared_ptr<KeptFiles> kept = layer < read.kept.size() ? read.kept[layer] : nullptr;
  if (kept) {
    return kept->read(fmt::format("layer {}", layer), inspectors, wants, context, budget, notes);
  }
  return read_layer_again(read.target, layer, inspectors, wants, context, budget, notes);
}

}  // namespace bulkhead::scan
