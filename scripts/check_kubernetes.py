"""The manifests of a folder: each by the schema of its kind, what they say of each other, and whether the image is of this version.

    check_kubernetes.py FOLDER VERSION

Prints a line for each fault, and ends with 1 if there is one.
"""
import pathlib
import sys

import kubernetes_validate
import yaml

# The newest that is checked, and the oldest: what both know.
VERSIONS = ["1.37", "1.28"]
KINDS = {"StatefulSet": 1, "Service": 2, "PodDisruptionBudget": 1, "NetworkPolicy": 1, "Secret": 1}


def main():
    folder = pathlib.Path(sys.argv[1])
    manifests = [
        manifest for path in sorted(folder.glob("*.yaml")) for manifest in yaml.safe_load_all(path.read_text())
    ]
    faults = [*schemas(manifests), *(fault for fault in relations(manifests) if fault), *images(manifests, sys.argv[2])]
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


def schemas(manifests):
    for manifest in manifests:
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(manifest, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{manifest['kind']} {manifest['metadata']['name']}, {version}: {error.message}"


def relations(manifests):
    """What kubectl would take, and what would not be a pair."""
    kinds = {}
    for manifest in manifests:
        kinds.setdefault(manifest["kind"], []).append(manifest)
    counts = {kind: len(found) for kind, found in kinds.items()}
    if counts != KINDS:
        yield f"the kinds are {counts}, not {KINDS}"
        return
    (state,) = kinds["StatefulSet"]
    spec, pod = state["spec"], state["spec"]["template"]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    (container,) = pod["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    services = {service["metadata"]["name"]: service["spec"] for service in kinds["Service"]}
    yield spec["replicas"] != 2 and "a pair has two replicas"
    yield from selectors(kinds, labels)
    yield from doors(services, ports, spec["serviceName"])
    yield from admitted(kinds["NetworkPolicy"][0]["spec"], ports)
    yield from container_faults(container, pod, state, kinds["Secret"][0], ports)
    rules = pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    apart = [rule for rule in rules if rule["topologyKey"] == "kubernetes.io/hostname"]
    yield not (apart and apart[0]["labelSelector"]["matchLabels"].items() <= labels.items()) and "two pods on one node"
    yield kinds["PodDisruptionBudget"][0]["spec"].get("maxUnavailable") != 1 and "more than one may be taken away"


def images(manifests, version):
    for manifest in manifests:
        for container in manifest.get("spec", {}).get("template", {}).get("spec", {}).get("containers", []):
            if container["image"] != f"repcached:{version}":
                yield f"the image is {container['image']}, and this is version {version}"


def selectors(kinds, labels):
    chosen = {
        "StatefulSet": kinds["StatefulSet"][0]["spec"]["selector"]["matchLabels"],
        "PodDisruptionBudget": kinds["PodDisruptionBudget"][0]["spec"]["selector"]["matchLabels"],
        "NetworkPolicy": kinds["NetworkPolicy"][0]["spec"]["podSelector"]["matchLabels"],
    }
    chosen |= {"Service " + each["metadata"]["name"]: each["spec"]["selector"] for each in kinds["Service"]}
    for name, selector in chosen.items():
        yield not selector.items() <= labels.items() and f"{name} does not choose the pods"


def doors(services, ports, headless):
    peers = services.get(headless)
    yield peers is None and f"there is no service {headless}"
    yield peers and peers.get("clusterIP") != "None" and "the peers' service has an address"
    yield peers and not peers.get("publishNotReadyAddresses") and "peers that are not ready have no name"
    for name, service in services.items():
        for port in service["ports"]:
            yield ports.get(port["targetPort"]) != port["port"] and f"{name}: no port {port['targetPort']} in the pod"


def admitted(policy, ports):
    open_ports = {port["port"] for rule in policy["ingress"] for port in rule["ports"]}
    yield open_ports != set(ports.values()) and f"the policy admits {open_ports}, the pod has {ports}"
    everybody = [rule for rule in policy["ingress"] if not rule.get("from")]
    yield everybody and "everybody is admitted"
    pair = [rule for rule in policy["egress"] if {"port": ports["pair"]} in rule["ports"]]
    yield not pair and "the pods may not connect to each other"


def container_faults(container, pod, state, secret, ports):
    text = container["command"][-1]
    name, headless = state["metadata"]["name"], state["spec"]["serviceName"]
    for part in [f"{name}-0", f"{name}-1", f"$peer.{headless}", f"http=0.0.0.0:{ports['http']}", "exec repcached "]:
        yield part not in text and f"the command lacks {part}"
    yield container["readinessProbe"]["httpGet"] != {"path": "/readyz", "port": "http"} and "readiness is not /readyz"
    yield container["livenessProbe"]["httpGet"] != {"path": "/healthz", "port": "http"} and "liveness is not /healthz"
    volume = [volume for volume in pod["volumes"] if volume.get("secret", {}).get("secretName") == secret["metadata"]["name"]]
    yield not volume and "the secret is not mounted"
    yield len(secret["stringData"]["pair"]) >= 16 and "the secret of the example would be taken"
    yield pod["securityContext"]["runAsUser"] != 11211 and "the user is not the image's"


if __name__ == "__main__":
    main()
