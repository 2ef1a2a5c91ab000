// Targets in registries: reference -> connection -> manifest -> layers that stream.

#include <utility>

#include <fmt/format.h>

#include "bulkhead/image/layout.h"
#include "bulkhead/remote/certs_folder.h"
#include "bulkhead/remote/connection.h"
#include "bulkhead/remote/credential_helper.h"
#include "bulkhead/remote/credentials.h"
#include "bulkhead/remote/reference.h"
#include "bulkhead/remote/registry_members.h"
#include "bulkhead/remote/remote.h"

namespace bulkhead::remote {
namespace {

/// How the registry of `reference` is spoken to: by options, then by certs.d.
Result<net::ClientOptions> client_options(const Reference& reference,
                                          const RemoteOptions& options) {
  BH_TRY(const HostCertificates host,
         find_certificates(reference.registry, certificate_roots(process_environment)));
  net::ClientOptions client;
  client.ca_file = options.ca_file;
  client.ca_folder = host.ca_folder;
  client.client_certificate = host.client_certificate;
  client.client_key = host.client_key;
  if (!options.client_certificate.empty()) {
    client.client_certificate = options.client_certificate;
    client.client_key = options.client_key;
  }
  client.is_insecure = options.is_insecure;
  client.stall_timeout_ms = options.stall_timeout_ms;
  return client;
}

Result<std::shared_ptr<Repository>> connect(const Reference& reference,
                                            const RemoteOptions& options,
                                            const RunContext& context) {
  BH_TRY(net::ClientOptions how, client_options(reference, options));
  const bool is_local = is_loopback(reference.registry);
  std::string base_url = "https://" + reference.host();
  if (is_local || options.is_insecure) {
    BH_TRY(const auto probe, net::Client::create(probe_options(how), context));
    BH_TRY(base_url, find_base_url(*probe, reference.host(), context));
  }
  BH_TRY(const std::shared_ptr<net::Client> client, net::Client::create(how, context));
  Authorizer::Setup setup;
  setup.scope = fmt::format("repository:{}:pull", reference.repository);
  setup.may_use_http = options.is_insecure;
  setup.is_loopback = is_local;
  const HelperCall helper = [&context](const std::string& name, const std::string& server) {
    return ask_helper(name, server, context);
  };
  auto find = [reference, options, helper, &context] {
    return find_credential(reference, options, process_environment, helper, context);
  };
  auto authorizer = std::make_unique<Authorizer>(client, std::move(setup), std::move(find));
  return std::make_shared<Repository>(client, std::move(base_url), reference,
                                      std::move(authorizer));
}

void say_insecure(const Reference& reference, const RunContext& context, Notes& notes) {
  const std::string text = fmt::format(
      "--insecure: nobody vouches that {} is what answers, and others may read what is sent",
      reference.registry);
  context.log->write(LogLevel::warning, text);
  notes.add({NoteLevel::info, "insecure", "registry: " + text, reference.registry});
}

}  // namespace

Result<image::OpenTarget> open_registry(const std::string& reference,
                                        const image::TargetRequest& request,
                                        const RemoteOptions& options, const RunContext& context,
                                        Notes& notes) {
  BH_TRY(const Reference parsed, parse_reference(reference));
  if (options.is_offline) {
    return fail(Code::unsupported, "registry: --offline forbids to ask one");
  }
  if (options.is_insecure) say_insecure(parsed, context, notes);
  BH_TRY(std::shared_ptr<Repository> repository, connect(parsed, options, context));
  BH_TRY(const auto members, RegistryMembers::create(std::move(repository), context));
  BH_TRY(image::OpenTarget open, image::open_oci_layout(*members, "", request, context, notes));
  if (!parsed.tag.empty()) open.target.tags = {parsed.name() + ":" + parsed.tag};
  for (image::LayerSource& source : open.sources) source.is_fetched = true;
  return open;
}

}  // namespace bulkhead::remote
