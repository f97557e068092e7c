/// How fast the controllers are: what takes real ones seconds takes these a moment.
package struct ControllerPace: Sendable, Hashable {
    /// How long a pod takes to start, a claim to be bound, a job to end.
    package var start: Duration
    /// How long a rollout that cannot succeed is waited for, whatever its own deadline says.
    package var patience: Duration

    package init(start: Duration = .milliseconds(150), patience: Duration = .milliseconds(450)) {
        self.start = start
        self.patience = patience
    }
}
