import Expressions
import Formats

extension CompiledBlueprint {
    struct Check: Sendable {
        let check: Blueprint.Check
        let when: CheckedExpression?
        /// Of the URL or the host name; nil where it holds no expression.
        let template: Template?
        /// The same of what a host name is an alias of.
        let alias: Template?
    }
}

extension BlueprintCompiler {
    mutating func compileChecks() -> [CompiledBlueprint.Check] {
        if blueprint.scope == .user, let check = blueprint.checks.first {
            let message = "checks are for tenants and environments; a blueprint of scope user has none"
            diagnostics.append(DiagnosticCode.notSupported.at(check.name.place, message))
            return []
        }
        return blueprint.checks.map { check in
            let when = check.when.flatMap {
                expression($0, in: scope, wanted: .bool, "'when' takes a condition that is true or false (a bool)")
            }
            switch check.target {
            case .url(let url, _, _):
                return CompiledBlueprint.Check(check: check, when: when, template: template(url), alias: nil)
            case .dns(let host, let cname):
                return CompiledBlueprint.Check(
                    check: check, when: when, template: template(host), alias: cname.flatMap { template($0) })
            }
        }
    }
}

extension ObjectRenderer {
    mutating func render(
        _ compiled: [CompiledBlueprint.Check], of blueprint: Blueprint, _ renderer: inout PatternRenderer
    ) {
        for check in compiled {
            if let when = check.when {
                guard case .bool(true) = renderer.value(when.expression, when.marked) else { continue }
            }
            guard let target = target(check, &renderer) else { continue }
            checks.append(
                DesiredCheck(
                    name: check.check.name.value, blueprint: blueprint.id.name, target: target,
                    source: check.check.name.place))
        }
    }

    private mutating func target(
        _ check: CompiledBlueprint.Check, _ renderer: inout PatternRenderer
    ) -> DesiredCheck.Target? {
        switch check.check.target {
        case .url(let marked, let warn, let critical):
            guard let url = renderer.text(check.template, marked) else { return nil }
            if let problem = CheckedText.problem(ofURL: url, allowsHTTP: environment.environment.checks.allowsHTTP) {
                fail(PatternRenderer.Failure(place: marked.place, message: problem, code: .wrongValue))
                return nil
            }
            return .url(url, warn: warn, critical: critical)
        case .dns(let marked, let alias):
            guard let host = host(check.template, marked, &renderer) else { return nil }
            guard let alias else { return .dns(host, cname: nil) }
            return self.host(check.alias, alias, &renderer).map { .dns(host, cname: $0) }
        }
    }

    private mutating func host(
        _ template: Template?, _ marked: Marked<String>, _ renderer: inout PatternRenderer
    ) -> String? {
        guard let host = renderer.text(template, marked) else { return nil }
        guard CheckedText.isHost(host) else {
            let message = "'\(host)' is no host name"
            fail(PatternRenderer.Failure(place: marked.place, message: message, code: .wrongValue))
            return nil
        }
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }
}

/// What a check may ask, by its text alone. Where it goes is another question, which only the connection can answer.
private enum CheckedText {
    static func problem(ofURL url: String, allowsHTTP: Bool) -> String? {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "https" || scheme == "http" && allowsHTTP else {
            let unless = scheme == "http" ? " unless 'checks: {http: true}' of the environment allows others" : ""
            return "a check asks https URLs\(unless), found '\(url)'"
        }
        let rest = url.dropFirst(scheme.count)
        guard rest.hasPrefix("://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else {
            return "'\(url)' is no URL"
        }
        let authority = rest.dropFirst(3).prefix { !"/?#".contains($0) }
        if authority.contains("@") { return "a check sends no user and password, found '\(url)'" }
        let host =
            authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return host.isEmpty ? "'\(url)' has no host" : nil
    }

    static func isHost(_ text: String) -> Bool {
        let labels = (text.hasSuffix(".") ? text.dropLast() : text[...]).split(
            separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 254
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { byte in
                        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                            || byte < 0x80
                                && Character(Unicode.Scalar(byte)).isLetter
                            || (48...57).contains(byte)
                    }
            }
    }
}
