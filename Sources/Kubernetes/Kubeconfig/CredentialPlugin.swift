import Dispatch
import Formats
import Glibc
import KubernetesModel
import Planning

/// A program that makes credentials: the `exec` of a kubeconfig's user, as the clouds' clusters need it.
///
/// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
struct CredentialPlugin: Sendable {
    let command: String
    let arguments: [String]
    /// Added to the environment that the plugin is started in.
    let variables: [(name: String, value: String)]
    let apiVersion: String
    /// What to do where the program is missing, as the kubeconfig says.
    let installHint: String?
    /// What the plugin is told of the cluster, where it wants to be.
    let cluster: JSON?
    /// For messages: `user 'prod' in /home/ada/.kube/config`
    let owner: String

    static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    /// What the plugin gave.
    struct Credentials: Sendable {
        let token: BearerToken?
        /// PEM.
        let certificate: [UInt8]?
        /// PEM.
        let key: [UInt8]?
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - environment: All that it sees beside `variables`.
    ///   - now: Seconds since 1970.
    func run(environment: [String: String], now: Int64) throws(Failure) -> Credentials {
        var environment = environment
        for (name, value) in variables { environment[name] = value }
        var spec: JSON = ["interactive": false]
        if let cluster { spec["cluster"] = cluster }
        let info: JSON = ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": spec]
        environment["KUBERNETES_EXEC_INFO"] = info.text
        let result = try PluginProcess.run(command, arguments, environment) { reason in
            let hint = installHint.map { "; \($0)" } ?? ""
            return Failure(.unreachable, "\(owner): cannot run '\(command)': \(reason)\(hint)")
        }
        guard result.status == 0 else {
            let said = result.errors.split(whereSeparator: \.isNewline).suffix(3).joined(separator: "; ")
            throw problem("ended with \(result.status)\(said.isEmpty ? "" : ": \(said)")")
        }
        return try credentials(in: result.output, now: now)
    }

    private func credentials(in output: [UInt8], now: Int64) throws(Failure) -> Credentials {
        // What it printed may be half a token: it is not shown.
        guard let answer = try? JSON.parse(output), answer["kind"]?.string == "ExecCredential" else {
            throw problem("printed no ExecCredential")
        }
        guard answer["apiVersion"]?.string == apiVersion else {
            throw problem("answered in another version than \(apiVersion)")
        }
        let status = answer["status"]
        let certificate = status?["clientCertificateData"]?.string.map { Array($0.utf8) }
        let key = status?["clientKeyData"]?.string.map { Array($0.utf8) }
        guard (certificate == nil) == (key == nil) else { throw problem("gave a certificate without its key") }
        let token = status?["token"]?.string
        guard token != nil || certificate != nil else { throw problem("gave neither a token nor a certificate") }
        var renewal: ContinuousClock.Instant?
        if let text = status?["expirationTimestamp"]?.string {
            guard let end = Timestamp(text)?.seconds else { throw problem("gave an expirationTimestamp that is none") }
            // Some seconds less than promised: a request takes its time on the way.
            renewal = .now.advanced(by: .seconds(max(0, end - now - 10)))
        }
        return Credentials(token: token.map { BearerToken($0, renewal: renewal) }, certificate: certificate, key: key)
    }

    private func problem(_ text: String) -> Failure { Failure(.unreachable, "\(owner): '\(command)' \(text)") }
}

extension CredentialPlugin {
    /// A new token. The program runs on a thread that may wait for it.
    func token(_ plugins: Kubeconfig.Plugins) async throws(Failure) -> BearerToken {
        let result: Result<Credentials, Failure> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var time = timespec()
                clock_gettime(CLOCK_REALTIME, &time)
                do throws(Failure) {
                    let made = try run(environment: plugins.environment, now: Int64(time.tv_sec))
                    continuation.resume(returning: .success(made))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        guard let token = try result.get().token else { throw problem("gave no token any more") }
        return token
    }
}

extension Kubeconfig {
    /// The `exec` of a user.
    func plugin(
        of user: Entry, _ owner: String, _ cluster: Entry, _ isAllowed: Bool
    ) throws(Failure) -> CredentialPlugin? {
        guard let exec = user.node["exec"] else { return nil }
        func text(_ key: String) -> String? { exec[key]?.scalar.flatMap { $0.text.isEmpty ? nil : $0.text } }
        guard isAllowed else { throw problem("\(owner) uses 'exec', and no program is run here") }
        guard let command = text("command") else { throw problem("\(owner): exec names no command") }
        let apiVersion = text("apiVersion") ?? ""
        guard CredentialPlugin.versions.contains(apiVersion) else {
            let known = CredentialPlugin.versions.joined(separator: " or ")
            throw problem("\(owner): exec has to say the apiVersion \(known)")
        }
        guard text("interactiveMode") != "Always" else {
            throw problem("\(owner): exec wants to ask somebody (interactiveMode: Always), and nobody may be there")
        }
        let variables = (exec["env"]?.sequence ?? []).compactMap { entry in
            entry["name"]?.scalar.map { (name: $0.text, value: entry["value"]?.scalar?.text ?? "") }
        }
        let isPath = command.contains("/")
        return CredentialPlugin(
            command: isPath ? user.path(command) : command,
            arguments: (exec["args"]?.sequence ?? []).compactMap { $0.scalar?.text }, variables: variables,
            apiVersion: apiVersion, installHint: text("installHint"),
            cluster: text("provideClusterInfo") == "true" ? try information(on: cluster) : nil,
            owner: "\(owner) in \(user.file)")
    }

    private func information(on cluster: Entry) throws(Failure) -> JSON {
        var information: JSON = ["server": .string(cluster.text("server") ?? "")]
        if let name = cluster.text("tls-server-name") { information["tls-server-name"] = .string(name) }
        if let url = cluster.text("proxy-url") { information["proxy-url"] = .string(url) }
        if let data = cluster.text("certificate-authority-data") {
            information["certificate-authority-data"] = .string(data)
        } else if let bytes = try content(of: "certificate-authority", cluster, "cluster") {
            information["certificate-authority-data"] = .string(Base64.encode(bytes))
        }
        return information
    }
}

extension Kubeconfig.Plugins {
    /// That the kubeconfig is no part of the fleet's files, whatever links lead there.
    func check(_ file: String, _ owner: String) throws(Failure) {
        guard let repository, let root = Self.resolved(repository), let path = Self.resolved(file),
            path.utf8.starts(with: "\(root)/".utf8)
        else { return }
        throw Failure(
            .rejected,
            "\(owner) runs a program, and its kubeconfig \(file) lies in the fleet's repository, which others propose changes "
                + "to: keep it elsewhere")
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
