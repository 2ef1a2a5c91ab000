#pragma once

#include <string_view>

#include "bulkhead/image/members.h"
#include "bulkhead/image/open.h"

namespace bulkhead::image {

/// A member's text, refused above `Limits::document_bytes`; checked against `digest` if given.
/// @error malformed  "digest-mismatch": its bytes are not what the digest says.
Result<std::string> read_document(const Members& members, std::string_view path,
                                  const std::optional<Digest>& digest, const Limits& limits);

/// Opens the image that `pick` names (a tag, a name, "@sha256:..."; empty: the only one) in what
/// `docker save` writes: manifest.json, a configuration and layers in the order that it gives.
/// @see Docker image specification 1.2, "Combined Image JSON + Filesystem Changeset Format".
Result<OpenTarget> open_docker_archive(const Members& members, std::string_view pick,
                                       const TargetRequest& request, const RunContext& context,
                                       Notes& notes);

/// The same in an OCI image layout: index.json, nested indexes by platform, manifests. Attestation
/// manifests and artifacts that are no images are passed over.
/// @see OCI image specification 1.1, image-layout.md, image-index.md, manifest.md.
Result<OpenTarget> open_oci_layout(const Members& members, std::string_view pick,
                                   const TargetRequest& request, const RunContext& context,
                                   Notes& notes);

/// Fills diff IDs, history and platform from the configuration's text into `target`.
void apply_config(const ImageConfig& config, OpenTarget& target, Notes& notes);

/// The digest that a member's name says its bytes have: "blobs/sha256/HEX", "HEX.json" and
/// "sha256:HEX" (as `docker save`, older ones and crane write them).
/// @param suffix  Taken off the name first, where it is there.
std::optional<Digest> digest_in_name(std::string_view path, std::string_view suffix);

/// Does a name that a user typed mean `name` ("alpine" means "docker.io/library/alpine:latest")?
bool is_same_name(std::string_view typed, std::string_view name);

}  // namespace bulkhead::image
