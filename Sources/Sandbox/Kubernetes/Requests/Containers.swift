import Formats
import HTTPServer

/// What is asked of containers, of which the sandbox runs none: said plainly, so that nobody looks for the fault elsewhere.
extension APIServer {
    private static let missing = [
        "log": "has no log", "exec": "can run no command", "attach": "has nothing to attach to",
        "portforward": "listens on no port", "proxy": "listens on no port",
        "ephemeralcontainers": "can take no container",
        "resize": "cannot be resized",
    ]

    /// Refuses requests for what a pod's containers would have; nothing where the request is another.
    func refuseContainers(_ request: APIRequest) throws(APIFailure) {
        guard request.resource.qualifiedName == "pods", let name = request.subresource?.name,
            let what = Self.missing[name]
        else { return }
        let pod = try stored(request)
        throw .badRequest("the sandbox runs no containers: pod \"\(pod.key.name)\" \(what)")
    }
}
