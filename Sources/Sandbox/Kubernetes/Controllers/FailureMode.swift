import Formats

/// How a workload or a claim is made to fail: an annotation on it or on its pod template, or an image tag.
enum FailureMode: String, Sendable {
    static let annotation = "sandbox.reconcile.dev/fail"

    /// Its image cannot be pulled.
    case image
    /// Its pods are refused.
    case quota
    /// Its pods find no node.
    case scheduling
    /// Its containers end with an error.
    case exit
    /// A claim finds no volume.
    case storage

    /// Of a workload, from its own annotations, its template's, and the images of the template.
    static func of(_ object: StoredObject) -> FailureMode? {
        if let mode = object.annotation(annotation).flatMap(FailureMode.init) { return mode }
        return of(template: object.value["spec"]?["template"] ?? [:])
    }

    /// Of a pod, or of the template of one.
    static func of(template: JSON) -> FailureMode? {
        if let text = template["metadata"]?["annotations"]?[annotation]?.string { return FailureMode(rawValue: text) }
        let images = (template["spec"]?["containers"]?.array ?? []).compactMap { $0["image"]?.string }
        return images.contains { $0.hasSuffix(":missing") } ? .image : nil
    }
}
