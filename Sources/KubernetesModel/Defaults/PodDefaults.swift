import Formats

/// What the server fills into pods and the templates of pods.
enum PodDefaults {
    @Sendable static func fillPod(_ object: inout JSON) {
        object.edit("spec") { spec in
            for key in ["containers", "initContainers"] { spec.editEach(key, requestLimits) }
            spec.fillMissing("enableServiceLinks", true)
            fillSpec(&spec)
        }
    }

    @Sendable static func fillTemplate(_ template: inout JSON) {
        template.fillMissing("spec", [:])
        template.edit("spec", fillSpec)
    }

    static func fillSpec(_ spec: inout JSON) {
        spec.fill("dnsPolicy", "ClusterFirst")
        spec.fill("restartPolicy", "Always")
        spec.fillMissing("securityContext", [:])
        spec.fillMissing("terminationGracePeriodSeconds", 30)
        spec.fill("schedulerName", "default-scheduler")
        for key in ["containers", "initContainers", "ephemeralContainers"] { spec.editEach(key, fillContainer) }
        spec.editEach("volumes", VolumeDefaults.fill)
        Defaults.roundResources(&spec, "overhead")
        spec.edit("resources") { resources in
            Defaults.roundResources(&resources, "limits")
            Defaults.roundResources(&resources, "requests")
        }
        // The account has an older name that is answered as well.
        let account =
            spec.text("serviceAccountName").isEmpty ? spec.text("serviceAccount") : spec.text("serviceAccountName")
        spec["serviceAccountName"] = account.isEmpty ? nil : .string(account)
        spec["serviceAccount"] = account.isEmpty ? nil : .string(account)
    }

    /// A pod's container that has a limit but no request asks for the limit.
    private static func requestLimits(_ container: inout JSON) {
        container.edit("resources") { resources in
            guard let limits = resources["limits"]?.object, !limits.isEmpty else { return }
            resources.fillMissing("requests", [:])
            resources.edit("requests") { requests in
                for limit in limits { requests.fillMissing(limit.key, limit.value) }
            }
        }
    }

    private static func fillContainer(_ container: inout JSON) {
        container.fill("imagePullPolicy", .string(pullPolicy(container.text("image"))))
        container.fill("terminationMessagePath", "/dev/termination-log")
        container.fill("terminationMessagePolicy", "File")
        container.editEach("ports") { $0.fill("protocol", "TCP") }
        container.editEach("env") { variable in
            variable.edit("valueFrom") { source in
                source.edit("fieldRef") { $0.fill("apiVersion", "v1") }
                source.edit("fileKeyRef") { $0.fillMissing("optional", false) }
            }
        }
        container.edit("resources") { resources in
            Defaults.roundResources(&resources, "limits")
            Defaults.roundResources(&resources, "requests")
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] { container.edit(probe, fillProbe) }
        container.edit("lifecycle") { lifecycle in
            for hook in ["postStart", "preStop"] { lifecycle.edit(hook) { $0.edit("httpGet", fillHTTP) } }
        }
    }

    private static func fillProbe(_ probe: inout JSON) {
        probe.fill("timeoutSeconds", 1)
        probe.fill("periodSeconds", 10)
        probe.fill("successThreshold", 1)
        probe.fill("failureThreshold", 3)
        probe.edit("httpGet", fillHTTP)
        probe.edit("grpc") { $0.fillMissing("service", "") }
    }

    private static func fillHTTP(_ action: inout JSON) {
        action.fill("path", "/")
        action.fill("scheme", "HTTP")
    }

    /// An image without a tag, or with the tag `latest`, is always pulled; not so what is no image's name.
    static func pullPolicy(_ image: String) -> String {
        if image.utf8.contains(UInt8(ascii: "@")) { return "IfNotPresent" }
        let parts = image.split(separator: "/", omittingEmptySubsequences: false)
        let last = (parts.last ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let hasHost =
            parts.count > 1 && (parts[0] == "localhost" || parts[0].utf8.contains { $0 == 0x2E || $0 == 0x3A })
        let names = parts.dropLast().dropFirst(hasHost ? 1 : 0) + last.prefix(1)
        guard names.allSatisfy(isImageName) else { return "IfNotPresent" }
        return last.count == 1 || last[1] == "latest" ? "Always" : "IfNotPresent"
    }

    /// Lower-case letters and digits, with marks between them.
    private static func isImageName(_ text: Substring) -> Bool {
        func isPlain(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) || (97...122).contains($0) } ?? false }
        return isPlain(text.utf8.first) && isPlain(text.utf8.last)
            && text.utf8.allSatisfy { isPlain($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
    }
}

/// What the server fills into volumes.
enum VolumeDefaults {
    static func fill(_ volume: inout JSON) {
        if volume.object?.count == 1, volume["name"] != nil { volume["emptyDir"] = [:] }
        if volume.object?.isEmpty == true { volume["emptyDir"] = [:] }
        for source in ["secret", "configMap", "projected", "downwardAPI"] {
            volume.edit(source) { $0.fillMissing("defaultMode", 420) }
        }
        volume.edit("downwardAPI") { $0.editEach("items") { $0.edit("fieldRef") { $0.fill("apiVersion", "v1") } } }
        volume.edit("projected") { projected in
            projected.editEach("sources") { source in
                source.edit("serviceAccountToken") { $0.fillMissing("expirationSeconds", 3600) }
                source.edit("downwardAPI") {
                    $0.editEach("items") { $0.edit("fieldRef") { $0.fill("apiVersion", "v1") } }
                }
            }
        }
        volume.edit("ephemeral") { $0.edit("volumeClaimTemplate") { $0.edit("spec", Defaults.claimSpec) } }
        volume.edit("image") { image in
            image.fill("pullPolicy", .string(PodDefaults.pullPolicy(image.text("reference"))))
        }
        fillSource(&volume)
    }

    /// Sources that volumes of pods and of the cluster share.
    static func fillSource(_ holder: inout JSON) {
        holder.edit("hostPath") { $0.fillMissing("type", "") }
        holder.edit("iscsi") { $0.fill("iscsiInterface", "default") }
        holder.edit("rbd") { rbd in
            rbd.fill("pool", "rbd")
            rbd.fill("user", "admin")
            rbd.fill("keyring", "/etc/ceph/keyring")
        }
        holder.edit("azureDisk") { disk in
            disk.fillMissing("cachingMode", "ReadWrite")
            disk.fillMissing("kind", "Shared")
            disk.fillMissing("fsType", "ext4")
            disk.fillMissing("readOnly", false)
        }
        holder.edit("scaleIO") { source in
            source.fill("storageMode", "ThinProvisioned")
            source.fill("fsType", "xfs")
        }
    }
}
