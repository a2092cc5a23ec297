/**
 * Field numbers of Kubernetes' protobuf messages (from the published generated.proto files), in a form of our own. One line
 * for each message: its name, then `field:number` and a type: s text, i integer, b boolean, y bytes, q Quantity, t Time,
 * u MicroTime, x IntOrString, j JSON in bytes, w a message around a list of texts, `@name` a message; `[` before
 * it a list, `{` a map by text. `!` before a field: its members stand in the parent. `*` after it: zero is a value, not the
 * same as nothing.
 */
export const PROTOBUF_MESSAGES = `
admissionregistration.v1.ApplyConfiguration expression:1s
admissionregistration.v1.AuditAnnotation key:1s valueExpression:2s
admissionregistration.v1.ExpressionWarning fieldRef:2s warning:3s
admissionregistration.v1.JSONPatch expression:1s
admissionregistration.v1.MatchCondition name:1s expression:2s
admissionregistration.v1.MatchResources namespaceSelector:1@meta.v1.LabelSelector objectSelector:2@meta.v1.LabelSelector resourceRules:3[@admissionregistration.v1.NamedRuleWithOperations excludeResourceRules:4[@admissionregistration.v1.NamedRuleWithOperations matchPolicy:7s
admissionregistration.v1.MutatingAdmissionPolicy metadata:1@meta.v1.ObjectMeta spec:2@admissionregistration.v1.MutatingAdmissionPolicySpec
admissionregistration.v1.MutatingAdmissionPolicyBinding metadata:1@meta.v1.ObjectMeta spec:2@admissionregistration.v1.MutatingAdmissionPolicyBindingSpec
admissionregistration.v1.MutatingAdmissionPolicyBindingList metadata:1@meta.v1.ListMeta items:2[@admissionregistration.v1.MutatingAdmissionPolicyBinding
admissionregistration.v1.MutatingAdmissionPolicyBindingSpec policyName:1s paramRef:2@admissionregistration.v1.ParamRef matchResources:3@admissionregistration.v1.MatchResources
admissionregistration.v1.MutatingAdmissionPolicyList metadata:1@meta.v1.ListMeta items:2[@admissionregistration.v1.MutatingAdmissionPolicy
admissionregistration.v1.MutatingAdmissionPolicySpec paramKind:1@admissionregistration.v1.ParamKind matchConstraints:2@admissionregistration.v1.MatchResources variables:3[@admissionregistration.v1.Variable mutations:4[@admissionregistration.v1.Mutation failurePolicy:5s matchConditions:6[@admissionregistration.v1.MatchCondition reinvocationPolicy:7s
admissionregistration.v1.MutatingWebhook name:1s clientConfig:2@admissionregistration.v1.WebhookClientConfig rules:3[@admissionregistration.v1.RuleWithOperations failurePolicy:4s matchPolicy:9s namespaceSelector:5@meta.v1.LabelSelector objectSelector:11@meta.v1.LabelSelector sideEffects:6s timeoutSeconds:7i* admissionReviewVersions:8[s reinvocationPolicy:10s matchConditions:12[@admissionregistration.v1.MatchCondition
admissionregistration.v1.MutatingWebhookConfiguration metadata:1@meta.v1.ObjectMeta webhooks:2[@admissionregistration.v1.MutatingWebhook
admissionregistration.v1.MutatingWebhookConfigurationList metadata:1@meta.v1.ListMeta items:2[@admissionregistration.v1.MutatingWebhookConfiguration
admissionregistration.v1.Mutation patchType:2s applyConfiguration:3@admissionregistration.v1.ApplyConfiguration jsonPatch:4@admissionregistration.v1.JSONPatch
admissionregistration.v1.NamedRuleWithOperations resourceNames:1[s !ruleWithOperations:2@admissionregistration.v1.RuleWithOperations
admissionregistration.v1.ParamKind apiVersion:1s kind:2s
admissionregistration.v1.ParamRef name:1s namespace:2s selector:3@meta.v1.LabelSelector parameterNotFoundAction:4s
admissionregistration.v1.Rule apiGroups:1[s apiVersions:2[s resources:3[s scope:4s
admissionregistration.v1.RuleWithOperations operations:1[s !rule:2@admissionregistration.v1.Rule
admissionregistration.v1.ServiceReference namespace:1s name:2s path:3s port:4i*
admissionregistration.v1.TypeChecking expressionWarnings:1[@admissionregistration.v1.ExpressionWarning
admissionregistration.v1.ValidatingAdmissionPolicy metadata:1@meta.v1.ObjectMeta spec:2@admissionregistration.v1.ValidatingAdmissionPolicySpec status:3@admissionregistration.v1.ValidatingAdmissionPolicyStatus
admissionregistration.v1.ValidatingAdmissionPolicyBinding metadata:1@meta.v1.ObjectMeta spec:2@admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec
admissionregistration.v1.ValidatingAdmissionPolicyBindingList metadata:1@meta.v1.ListMeta items:2[@admissionregistration.v1.ValidatingAdmissionPolicyBinding
admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec policyName:1s paramRef:2@admissionregistration.v1.ParamRef matchResources:3@admissionregistration.v1.MatchResources validationActions:4[s
admissionregistration.v1.ValidatingAdmissionPolicyList metadata:1@meta.v1.ListMeta items:2[@admissionregistration.v1.ValidatingAdmissionPolicy
admissionregistration.v1.ValidatingAdmissionPolicySpec paramKind:1@admissionregistration.v1.ParamKind matchConstraints:2@admissionregistration.v1.MatchResources validations:3[@admissionregistration.v1.Validation failurePolicy:4s auditAnnotations:5[@admissionregistration.v1.AuditAnnotation matchConditions:6[@admissionregistration.v1.MatchCondition variables:7[@admissionregistration.v1.Variable
admissionregistration.v1.ValidatingAdmissionPolicyStatus observedGeneration:1i typeChecking:2@admissionregistration.v1.TypeChecking conditions:3[@meta.v1.Condition
admissionregistration.v1.ValidatingWebhook name:1s clientConfig:2@admissionregistration.v1.WebhookClientConfig rules:3[@admissionregistration.v1.RuleWithOperations failurePolicy:4s matchPolicy:9s namespaceSelector:5@meta.v1.LabelSelector objectSelector:10@meta.v1.LabelSelector sideEffects:6s timeoutSeconds:7i* admissionReviewVersions:8[s matchConditions:11[@admissionregistration.v1.MatchCondition
admissionregistration.v1.ValidatingWebhookConfiguration metadata:1@meta.v1.ObjectMeta webhooks:2[@admissionregistration.v1.ValidatingWebhook
admissionregistration.v1.ValidatingWebhookConfigurationList metadata:1@meta.v1.ListMeta items:2[@admissionregistration.v1.ValidatingWebhookConfiguration
admissionregistration.v1.Validation expression:1s message:2s reason:3s messageExpression:4s
admissionregistration.v1.Variable name:1s expression:2s
admissionregistration.v1.WebhookClientConfig url:3s service:1@admissionregistration.v1.ServiceReference caBundle:2y
apiregistration.v1.APIService metadata:1@meta.v1.ObjectMeta spec:2@apiregistration.v1.APIServiceSpec status:3@apiregistration.v1.APIServiceStatus
apiregistration.v1.APIServiceCondition type:1s status:2s lastTransitionTime:3t reason:4s message:5s
apiregistration.v1.APIServiceList metadata:1@meta.v1.ListMeta items:2[@apiregistration.v1.APIService
apiregistration.v1.APIServiceSpec service:1@apiregistration.v1.ServiceReference group:2s version:3s insecureSkipTLSVerify:4b caBundle:5y groupPriorityMinimum:7i versionPriority:8i
apiregistration.v1.APIServiceStatus conditions:1[@apiregistration.v1.APIServiceCondition
apiregistration.v1.ServiceReference namespace:1s name:2s port:3i
apps.v1.ControllerRevision metadata:1@meta.v1.ObjectMeta data:2j revision:3i
apps.v1.ControllerRevisionList metadata:1@meta.v1.ListMeta items:2[@apps.v1.ControllerRevision
apps.v1.DaemonSet metadata:1@meta.v1.ObjectMeta spec:2@apps.v1.DaemonSetSpec status:3@apps.v1.DaemonSetStatus
apps.v1.DaemonSetCondition type:1s status:2s lastTransitionTime:3t reason:4s message:5s
apps.v1.DaemonSetList metadata:1@meta.v1.ListMeta items:2[@apps.v1.DaemonSet
apps.v1.DaemonSetSpec selector:1@meta.v1.LabelSelector template:2@core.v1.PodTemplateSpec updateStrategy:3@apps.v1.DaemonSetUpdateStrategy minReadySeconds:4i revisionHistoryLimit:6i*
apps.v1.DaemonSetStatus currentNumberScheduled:1i numberMisscheduled:2i desiredNumberScheduled:3i numberReady:4i observedGeneration:5i updatedNumberScheduled:6i numberAvailable:7i numberUnavailable:8i collisionCount:9i* conditions:10[@apps.v1.DaemonSetCondition
apps.v1.DaemonSetUpdateStrategy type:1s rollingUpdate:2@apps.v1.RollingUpdateDaemonSet
apps.v1.Deployment metadata:1@meta.v1.ObjectMeta spec:2@apps.v1.DeploymentSpec status:3@apps.v1.DeploymentStatus
apps.v1.DeploymentCondition type:1s status:2s lastUpdateTime:6t lastTransitionTime:7t reason:4s message:5s
apps.v1.DeploymentList metadata:1@meta.v1.ListMeta items:2[@apps.v1.Deployment
apps.v1.DeploymentSpec replicas:1i* selector:2@meta.v1.LabelSelector template:3@core.v1.PodTemplateSpec strategy:4@apps.v1.DeploymentStrategy minReadySeconds:5i revisionHistoryLimit:6i* paused:7b progressDeadlineSeconds:9i*
apps.v1.DeploymentStatus observedGeneration:1i replicas:2i updatedReplicas:3i readyReplicas:7i availableReplicas:4i unavailableReplicas:5i terminatingReplicas:9i* conditions:6[@apps.v1.DeploymentCondition collisionCount:8i*
apps.v1.DeploymentStrategy type:1s rollingUpdate:2@apps.v1.RollingUpdateDeployment
apps.v1.ReplicaSet metadata:1@meta.v1.ObjectMeta spec:2@apps.v1.ReplicaSetSpec status:3@apps.v1.ReplicaSetStatus
apps.v1.ReplicaSetCondition type:1s status:2s lastTransitionTime:3t reason:4s message:5s
apps.v1.ReplicaSetList metadata:1@meta.v1.ListMeta items:2[@apps.v1.ReplicaSet
apps.v1.ReplicaSetSpec replicas:1i* minReadySeconds:4i selector:2@meta.v1.LabelSelector template:3@core.v1.PodTemplateSpec
apps.v1.ReplicaSetStatus replicas:1i* fullyLabeledReplicas:2i readyReplicas:4i availableReplicas:5i terminatingReplicas:7i* observedGeneration:3i conditions:6[@apps.v1.ReplicaSetCondition
apps.v1.RollingUpdateDaemonSet maxUnavailable:1x maxSurge:2x
apps.v1.RollingUpdateDeployment maxUnavailable:1x maxSurge:2x
apps.v1.RollingUpdateStatefulSetStrategy partition:1i* maxUnavailable:2x
apps.v1.StatefulSet metadata:1@meta.v1.ObjectMeta spec:2@apps.v1.StatefulSetSpec status:3@apps.v1.StatefulSetStatus
apps.v1.StatefulSetCondition type:1s status:2s lastTransitionTime:3t reason:4s message:5s
apps.v1.StatefulSetList metadata:1@meta.v1.ListMeta items:2[@apps.v1.StatefulSet
apps.v1.StatefulSetOrdinals start:1i
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:1s whenScaled:2s
apps.v1.StatefulSetSpec replicas:1i* selector:2@meta.v1.LabelSelector template:3@core.v1.PodTemplateSpec volumeClaimTemplates:4[@core.v1.PersistentVolumeClaim serviceName:5s podManagementPolicy:6s updateStrategy:7@apps.v1.StatefulSetUpdateStrategy revisionHistoryLimit:8i* minReadySeconds:9i persistentVolumeClaimRetentionPolicy:10@apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy ordinals:11@apps.v1.StatefulSetOrdinals
apps.v1.StatefulSetStatus observedGeneration:1i replicas:2i* readyReplicas:3i currentReplicas:4i updatedReplicas:5i currentRevision:6s updateRevision:7s collisionCount:9i* conditions:10[@apps.v1.StatefulSetCondition availableReplicas:11i
apps.v1.StatefulSetUpdateStrategy type:1s rollingUpdate:2@apps.v1.RollingUpdateStatefulSetStrategy
authentication.v1.BoundObjectReference kind:1s apiVersion:2s name:3s uid:4s
authentication.v1.SelfSubjectReview metadata:1@meta.v1.ObjectMeta status:2@authentication.v1.SelfSubjectReviewStatus
authentication.v1.SelfSubjectReviewStatus userInfo:1@authentication.v1.UserInfo
authentication.v1.TokenRequest metadata:1@meta.v1.ObjectMeta spec:2@authentication.v1.TokenRequestSpec status:3@authentication.v1.TokenRequestStatus
authentication.v1.TokenRequestSpec audiences:1[s expirationSeconds:4i* boundObjectRef:3@authentication.v1.BoundObjectReference attestations:5{w
authentication.v1.TokenRequestStatus token:1s expirationTimestamp:2t
authentication.v1.TokenReview metadata:1@meta.v1.ObjectMeta spec:2@authentication.v1.TokenReviewSpec status:3@authentication.v1.TokenReviewStatus
authentication.v1.TokenReviewSpec token:1s audiences:2[s
authentication.v1.TokenReviewStatus authenticated:1b user:2@authentication.v1.UserInfo audiences:4[s error:3s
authentication.v1.UserInfo username:1s uid:2s groups:3[s extra:4{w
authorization.v1.FieldSelectorAttributes rawSelector:1s requirements:2[@meta.v1.FieldSelectorRequirement
authorization.v1.LabelSelectorAttributes rawSelector:1s requirements:2[@meta.v1.LabelSelectorRequirement
authorization.v1.LocalSubjectAccessReview metadata:1@meta.v1.ObjectMeta spec:2@authorization.v1.SubjectAccessReviewSpec status:3@authorization.v1.SubjectAccessReviewStatus
authorization.v1.NonResourceAttributes path:1s verb:2s
authorization.v1.NonResourceRule verbs:1[s nonResourceURLs:2[s
authorization.v1.ResourceAttributes namespace:1s verb:2s group:3s version:4s resource:5s subresource:6s name:7s fieldSelector:8@authorization.v1.FieldSelectorAttributes labelSelector:9@authorization.v1.LabelSelectorAttributes
authorization.v1.ResourceRule verbs:1[s apiGroups:2[s resources:3[s resourceNames:4[s
authorization.v1.SelfSubjectAccessReview metadata:1@meta.v1.ObjectMeta spec:2@authorization.v1.SelfSubjectAccessReviewSpec status:3@authorization.v1.SubjectAccessReviewStatus
authorization.v1.SelfSubjectAccessReviewSpec resourceAttributes:1@authorization.v1.ResourceAttributes nonResourceAttributes:2@authorization.v1.NonResourceAttributes
authorization.v1.SelfSubjectRulesReview metadata:1@meta.v1.ObjectMeta spec:2@authorization.v1.SelfSubjectRulesReviewSpec status:3@authorization.v1.SubjectRulesReviewStatus
authorization.v1.SelfSubjectRulesReviewSpec namespace:1s
authorization.v1.SubjectAccessReview metadata:1@meta.v1.ObjectMeta spec:2@authorization.v1.SubjectAccessReviewSpec status:3@authorization.v1.SubjectAccessReviewStatus
authorization.v1.SubjectAccessReviewSpec resourceAttributes:1@authorization.v1.ResourceAttributes nonResourceAttributes:2@authorization.v1.NonResourceAttributes user:3s groups:4[s extra:5{w uid:6s
authorization.v1.SubjectAccessReviewStatus allowed:1b denied:4b reason:2s evaluationError:3s
authorization.v1.SubjectRulesReviewStatus resourceRules:1[@authorization.v1.ResourceRule nonResourceRules:2[@authorization.v1.NonResourceRule incomplete:3b evaluationError:4s
autoscaling.v1.ContainerResourceMetricSource name:1s targetAverageUtilization:2i* targetAverageValue:3q container:5s
autoscaling.v1.ContainerResourceMetricStatus name:1s currentAverageUtilization:2i* currentAverageValue:3q container:4s
autoscaling.v1.CrossVersionObjectReference kind:1s name:2s apiVersion:3s
autoscaling.v1.ExternalMetricSource metricName:1s metricSelector:2@meta.v1.LabelSelector targetValue:3q targetAverageValue:4q
autoscaling.v1.ExternalMetricStatus metricName:1s metricSelector:2@meta.v1.LabelSelector currentValue:3q currentAverageValue:4q
autoscaling.v1.HorizontalPodAutoscaler metadata:1@meta.v1.ObjectMeta spec:2@autoscaling.v1.HorizontalPodAutoscalerSpec status:3@autoscaling.v1.HorizontalPodAutoscalerStatus
autoscaling.v1.HorizontalPodAutoscalerCondition type:1s status:2s lastTransitionTime:3t reason:4s message:5s observedGeneration:6i
autoscaling.v1.HorizontalPodAutoscalerList metadata:1@meta.v1.ListMeta items:2[@autoscaling.v1.HorizontalPodAutoscaler
autoscaling.v1.HorizontalPodAutoscalerSpec scaleTargetRef:1@autoscaling.v1.CrossVersionObjectReference minReplicas:2i* maxReplicas:3i targetCPUUtilizationPercentage:4i*
autoscaling.v1.HorizontalPodAutoscalerStatus observedGeneration:1i* lastScaleTime:2t currentReplicas:3i* desiredReplicas:4i* currentCPUUtilizationPercentage:5i*
autoscaling.v1.MetricSpec type:1s object:2@autoscaling.v1.ObjectMetricSource pods:3@autoscaling.v1.PodsMetricSource resource:4@autoscaling.v1.ResourceMetricSource containerResource:7@autoscaling.v1.ContainerResourceMetricSource external:5@autoscaling.v1.ExternalMetricSource
autoscaling.v1.MetricStatus type:1s object:2@autoscaling.v1.ObjectMetricStatus pods:3@autoscaling.v1.PodsMetricStatus resource:4@autoscaling.v1.ResourceMetricStatus containerResource:7@autoscaling.v1.ContainerResourceMetricStatus external:5@autoscaling.v1.ExternalMetricStatus
autoscaling.v1.ObjectMetricSource target:1@autoscaling.v1.CrossVersionObjectReference metricName:2s targetValue:3q selector:4@meta.v1.LabelSelector averageValue:5q
autoscaling.v1.ObjectMetricStatus target:1@autoscaling.v1.CrossVersionObjectReference metricName:2s currentValue:3q selector:4@meta.v1.LabelSelector averageValue:5q
autoscaling.v1.PodsMetricSource metricName:1s targetAverageValue:2q selector:3@meta.v1.LabelSelector
autoscaling.v1.PodsMetricStatus metricName:1s currentAverageValue:2q selector:3@meta.v1.LabelSelector
autoscaling.v1.ResourceMetricSource name:1s targetAverageUtilization:2i* targetAverageValue:3q
autoscaling.v1.ResourceMetricStatus name:1s currentAverageUtilization:2i* currentAverageValue:3q
autoscaling.v1.Scale metadata:1@meta.v1.ObjectMeta spec:2@autoscaling.v1.ScaleSpec status:3@autoscaling.v1.ScaleStatus
autoscaling.v1.ScaleSpec replicas:1i*
autoscaling.v1.ScaleStatus replicas:1i* selector:2s
autoscaling.v2.ContainerResourceMetricSource name:1s target:2@autoscaling.v2.MetricTarget container:3s
autoscaling.v2.ContainerResourceMetricStatus name:1s current:2@autoscaling.v2.MetricValueStatus container:3s
autoscaling.v2.CrossVersionObjectReference kind:1s name:2s apiVersion:3s
autoscaling.v2.ExternalMetricSource metric:1@autoscaling.v2.MetricIdentifier target:2@autoscaling.v2.MetricTarget
autoscaling.v2.ExternalMetricStatus metric:1@autoscaling.v2.MetricIdentifier current:2@autoscaling.v2.MetricValueStatus
autoscaling.v2.HPAScalingPolicy type:1s value:2i periodSeconds:3i
autoscaling.v2.HPAScalingRules stabilizationWindowSeconds:3i* selectPolicy:1s policies:2[@autoscaling.v2.HPAScalingPolicy tolerance:4q
autoscaling.v2.HorizontalPodAutoscaler metadata:1@meta.v1.ObjectMeta spec:2@autoscaling.v2.HorizontalPodAutoscalerSpec status:3@autoscaling.v2.HorizontalPodAutoscalerStatus
autoscaling.v2.HorizontalPodAutoscalerBehavior scaleUp:1@autoscaling.v2.HPAScalingRules scaleDown:2@autoscaling.v2.HPAScalingRules
autoscaling.v2.HorizontalPodAutoscalerCondition type:1s status:2s lastTransitionTime:3t reason:4s message:5s observedGeneration:6i
autoscaling.v2.HorizontalPodAutoscalerList metadata:1@meta.v1.ListMeta items:2[@autoscaling.v2.HorizontalPodAutoscaler
autoscaling.v2.HorizontalPodAutoscalerSpec scaleTargetRef:1@autoscaling.v2.CrossVersionObjectReference minReplicas:2i* maxReplicas:3i metrics:4[@autoscaling.v2.MetricSpec behavior:5@autoscaling.v2.HorizontalPodAutoscalerBehavior
autoscaling.v2.HorizontalPodAutoscalerStatus observedGeneration:1i* lastScaleTime:2t currentReplicas:3i* desiredReplicas:4i* currentMetrics:5[@autoscaling.v2.MetricStatus conditions:6[@autoscaling.v2.HorizontalPodAutoscalerCondition
autoscaling.v2.MetricIdentifier name:1s selector:2@meta.v1.LabelSelector
autoscaling.v2.MetricSpec type:1s object:2@autoscaling.v2.ObjectMetricSource pods:3@autoscaling.v2.PodsMetricSource resource:4@autoscaling.v2.ResourceMetricSource containerResource:7@autoscaling.v2.ContainerResourceMetricSource external:5@autoscaling.v2.ExternalMetricSource
autoscaling.v2.MetricStatus type:1s object:2@autoscaling.v2.ObjectMetricStatus pods:3@autoscaling.v2.PodsMetricStatus resource:4@autoscaling.v2.ResourceMetricStatus containerResource:7@autoscaling.v2.ContainerResourceMetricStatus external:5@autoscaling.v2.ExternalMetricStatus
autoscaling.v2.MetricTarget type:1s value:2q averageValue:3q averageUtilization:4i*
autoscaling.v2.MetricValueStatus value:1q averageValue:2q averageUtilization:3i*
autoscaling.v2.ObjectMetricSource describedObject:1@autoscaling.v2.CrossVersionObjectReference target:2@autoscaling.v2.MetricTarget metric:3@autoscaling.v2.MetricIdentifier
autoscaling.v2.ObjectMetricStatus metric:1@autoscaling.v2.MetricIdentifier current:2@autoscaling.v2.MetricValueStatus describedObject:3@autoscaling.v2.CrossVersionObjectReference
autoscaling.v2.PodsMetricSource metric:1@autoscaling.v2.MetricIdentifier target:2@autoscaling.v2.MetricTarget
autoscaling.v2.PodsMetricStatus metric:1@autoscaling.v2.MetricIdentifier current:2@autoscaling.v2.MetricValueStatus
autoscaling.v2.ResourceMetricSource name:1s target:2@autoscaling.v2.MetricTarget
autoscaling.v2.ResourceMetricStatus name:1s current:2@autoscaling.v2.MetricValueStatus
batch.v1.CronJob metadata:1@meta.v1.ObjectMeta spec:2@batch.v1.CronJobSpec status:3@batch.v1.CronJobStatus
batch.v1.CronJobList metadata:1@meta.v1.ListMeta items:2[@batch.v1.CronJob
batch.v1.CronJobSpec schedule:1s timeZone:8s startingDeadlineSeconds:2i* concurrencyPolicy:3s suspend:4b* jobTemplate:5@batch.v1.JobTemplateSpec successfulJobsHistoryLimit:6i* failedJobsHistoryLimit:7i*
batch.v1.CronJobStatus active:1[@core.v1.ObjectReference lastScheduleTime:4t lastSuccessfulTime:5t
batch.v1.Job metadata:1@meta.v1.ObjectMeta spec:2@batch.v1.JobSpec status:3@batch.v1.JobStatus
batch.v1.JobCondition type:1s status:2s lastProbeTime:3t lastTransitionTime:4t reason:5s message:6s
batch.v1.JobList metadata:1@meta.v1.ListMeta items:2[@batch.v1.Job
batch.v1.JobSchedulingConfiguration
batch.v1.JobSpec parallelism:1i* completions:2i* activeDeadlineSeconds:3i* podFailurePolicy:11@batch.v1.PodFailurePolicy successPolicy:16@batch.v1.SuccessPolicy backoffLimit:7i* backoffLimitPerIndex:12i* maxFailedIndexes:13i* selector:4@meta.v1.LabelSelector manualSelector:5b* template:6@core.v1.PodTemplateSpec ttlSecondsAfterFinished:8i* completionMode:9s suspend:10b* podReplacementPolicy:14s managedBy:15s scheduling:17@batch.v1.JobSchedulingConfiguration
batch.v1.JobStatus conditions:1[@batch.v1.JobCondition startTime:2t completionTime:3t active:4i succeeded:5i failed:6i terminating:11i* completedIndexes:7s failedIndexes:10s uncountedTerminatedPods:8@batch.v1.UncountedTerminatedPods ready:9i*
batch.v1.JobTemplateSpec metadata:1@meta.v1.ObjectMeta spec:2@batch.v1.JobSpec
batch.v1.PodFailurePolicy rules:1[@batch.v1.PodFailurePolicyRule
batch.v1.PodFailurePolicyOnExitCodesRequirement containerName:1s operator:2s values:3[i
batch.v1.PodFailurePolicyOnPodConditionsPattern type:1s status:2s
batch.v1.PodFailurePolicyRule action:1s onExitCodes:2@batch.v1.PodFailurePolicyOnExitCodesRequirement onPodConditions:3[@batch.v1.PodFailurePolicyOnPodConditionsPattern
batch.v1.SuccessPolicy rules:1[@batch.v1.SuccessPolicyRule
batch.v1.SuccessPolicyRule succeededIndexes:1s succeededCount:2i*
batch.v1.UncountedTerminatedPods succeeded:1[s failed:2[s
certificates.v1.CertificateSigningRequest metadata:1@meta.v1.ObjectMeta spec:2@certificates.v1.CertificateSigningRequestSpec status:3@certificates.v1.CertificateSigningRequestStatus
certificates.v1.CertificateSigningRequestCondition type:1s status:6s reason:2s message:3s lastUpdateTime:4t lastTransitionTime:5t
certificates.v1.CertificateSigningRequestList metadata:1@meta.v1.ListMeta items:2[@certificates.v1.CertificateSigningRequest
certificates.v1.CertificateSigningRequestSpec request:1y signerName:7s expirationSeconds:8i* usages:5[s username:2s uid:3s groups:4[s extra:6{w
certificates.v1.CertificateSigningRequestStatus conditions:1[@certificates.v1.CertificateSigningRequestCondition certificate:2y
certificates.v1.ClusterTrustBundle metadata:1@meta.v1.ObjectMeta spec:2@certificates.v1.ClusterTrustBundleSpec
certificates.v1.ClusterTrustBundleList metadata:1@meta.v1.ListMeta items:2[@certificates.v1.ClusterTrustBundle
certificates.v1.ClusterTrustBundleSpec signerName:1s trustBundle:2s
certificates.v1.PodCertificateRequest metadata:1@meta.v1.ObjectMeta spec:2@certificates.v1.PodCertificateRequestSpec status:3@certificates.v1.PodCertificateRequestStatus
certificates.v1.PodCertificateRequestList metadata:1@meta.v1.ListMeta items:2[@certificates.v1.PodCertificateRequest
certificates.v1.PodCertificateRequestSpec signerName:1s podName:2s podUID:3s serviceAccountName:4s serviceAccountUID:5s nodeName:6s nodeUID:7s maxExpirationSeconds:8i* stubPKCS10Request:12y unverifiedUserAnnotations:11{s
certificates.v1.PodCertificateRequestStatus conditions:1[@meta.v1.Condition certificateChain:2s notBefore:4t beginRefreshAt:5t notAfter:6t
coordination.v1.Lease metadata:1@meta.v1.ObjectMeta spec:2@coordination.v1.LeaseSpec
coordination.v1.LeaseList metadata:1@meta.v1.ListMeta items:2[@coordination.v1.Lease
coordination.v1.LeaseSpec holderIdentity:1s leaseDurationSeconds:2i* acquireTime:3u renewTime:4u leaseTransitions:5i* strategy:6s preferredHolder:7s
core.v1.AWSElasticBlockStoreVolumeSource volumeID:1s fsType:2s partition:3i readOnly:4b
core.v1.Affinity nodeAffinity:1@core.v1.NodeAffinity podAffinity:2@core.v1.PodAffinity podAntiAffinity:3@core.v1.PodAntiAffinity
core.v1.AppArmorProfile type:1s localhostProfile:2s
core.v1.AttachedVolume name:1s devicePath:2s
core.v1.AvoidPods preferAvoidPods:1[@core.v1.PreferAvoidPodsEntry
core.v1.AzureDiskVolumeSource diskName:1s diskURI:2s cachingMode:3s fsType:4s readOnly:5b* kind:6s
core.v1.AzureFilePersistentVolumeSource secretName:1s shareName:2s readOnly:3b secretNamespace:4s
core.v1.AzureFileVolumeSource secretName:1s shareName:2s readOnly:3b
core.v1.Binding metadata:1@meta.v1.ObjectMeta target:2@core.v1.ObjectReference
core.v1.CSIPersistentVolumeSource driver:1s volumeHandle:2s readOnly:3b fsType:4s volumeAttributes:5{s controllerPublishSecretRef:6@core.v1.SecretReference nodeStageSecretRef:7@core.v1.SecretReference nodePublishSecretRef:8@core.v1.SecretReference controllerExpandSecretRef:9@core.v1.SecretReference nodeExpandSecretRef:10@core.v1.SecretReference
core.v1.CSIVolumeSource driver:1s readOnly:2b* fsType:3s volumeAttributes:4{s nodePublishSecretRef:5@core.v1.LocalObjectReference
core.v1.Capabilities add:1[s drop:2[s
core.v1.CephFSPersistentVolumeSource monitors:1[s path:2s user:3s secretFile:4s secretRef:5@core.v1.SecretReference readOnly:6b
core.v1.CephFSVolumeSource monitors:1[s path:2s user:3s secretFile:4s secretRef:5@core.v1.LocalObjectReference readOnly:6b
core.v1.CinderPersistentVolumeSource volumeID:1s fsType:2s readOnly:3b secretRef:4@core.v1.SecretReference
core.v1.CinderVolumeSource volumeID:1s fsType:2s readOnly:3b secretRef:4@core.v1.LocalObjectReference
core.v1.ClientIPConfig timeoutSeconds:1i*
core.v1.ClusterTrustBundleProjection name:1s signerName:2s labelSelector:3@meta.v1.LabelSelector optional:5b* path:4s user:6i*
core.v1.ComponentCondition type:1s status:2s message:3s error:4s
core.v1.ComponentStatus metadata:1@meta.v1.ObjectMeta conditions:2[@core.v1.ComponentCondition
core.v1.ComponentStatusList metadata:1@meta.v1.ListMeta items:2[@core.v1.ComponentStatus
core.v1.ConfigMap metadata:1@meta.v1.ObjectMeta immutable:4b* data:2{s binaryData:3{y
core.v1.ConfigMapEnvSource !localObjectReference:1@core.v1.LocalObjectReference optional:2b*
core.v1.ConfigMapKeySelector !localObjectReference:1@core.v1.LocalObjectReference key:2s optional:3b*
core.v1.ConfigMapList metadata:1@meta.v1.ListMeta items:2[@core.v1.ConfigMap
core.v1.ConfigMapNodeConfigSource namespace:1s name:2s uid:3s resourceVersion:4s kubeletConfigKey:5s
core.v1.ConfigMapProjection !localObjectReference:1@core.v1.LocalObjectReference items:2[@core.v1.KeyToPath optional:4b*
core.v1.ConfigMapVolumeSource !localObjectReference:1@core.v1.LocalObjectReference items:2[@core.v1.KeyToPath defaultMode:3i* optional:4b* defaultUser:5i*
core.v1.Container name:1s image:2s command:3[s args:4[s workingDir:5s ports:6[@core.v1.ContainerPort envFrom:19[@core.v1.EnvFromSource env:7[@core.v1.EnvVar resources:8@core.v1.ResourceRequirements resizePolicy:23[@core.v1.ContainerResizePolicy restartPolicy:24s restartPolicyRules:25[@core.v1.ContainerRestartRule volumeMounts:9[@core.v1.VolumeMount volumeDevices:21[@core.v1.VolumeDevice livenessProbe:10@core.v1.Probe readinessProbe:11@core.v1.Probe startupProbe:22@core.v1.Probe lifecycle:12@core.v1.Lifecycle terminationMessagePath:13s terminationMessagePolicy:20s imagePullPolicy:14s securityContext:15@core.v1.SecurityContext stdin:16b stdinOnce:17b tty:18b
core.v1.ContainerExtendedResourceRequest containerName:1s resourceName:2s requestName:3s
core.v1.ContainerImage names:1[s sizeBytes:2i
core.v1.ContainerPort name:1s hostPort:2i containerPort:3i protocol:4s hostIP:5s
core.v1.ContainerResizePolicy resourceName:1s restartPolicy:2s
core.v1.ContainerRestartRule action:1s exitCodes:2@core.v1.ContainerRestartRuleOnExitCodes
core.v1.ContainerRestartRuleOnExitCodes operator:1s values:2[i
core.v1.ContainerState waiting:1@core.v1.ContainerStateWaiting running:2@core.v1.ContainerStateRunning terminated:3@core.v1.ContainerStateTerminated
core.v1.ContainerStateRunning startedAt:1t
core.v1.ContainerStateTerminated exitCode:1i* signal:2i reason:3s message:4s startedAt:5t finishedAt:6t containerID:7s
core.v1.ContainerStateWaiting reason:1s message:2s
core.v1.ContainerStatus name:1s state:2@core.v1.ContainerState lastState:3@core.v1.ContainerState ready:4b* restartCount:5i* image:6s imageID:7s containerID:8s started:9b* allocatedResources:10{q resources:11@core.v1.ResourceRequirements volumeMounts:12[@core.v1.VolumeMountStatus user:13@core.v1.ContainerUser allocatedResourcesStatus:14[@core.v1.ResourceStatus stopSignal:15s
core.v1.ContainerUser linux:1@core.v1.LinuxContainerUser
core.v1.DaemonEndpoint Port:1i
core.v1.DownwardAPIProjection items:1[@core.v1.DownwardAPIVolumeFile
core.v1.DownwardAPIVolumeFile path:1s fieldRef:2@core.v1.ObjectFieldSelector resourceFieldRef:3@core.v1.ResourceFieldSelector mode:4i* user:5i*
core.v1.DownwardAPIVolumeSource items:1[@core.v1.DownwardAPIVolumeFile defaultMode:2i* defaultUser:3i*
core.v1.EmptyDirVolumeSource medium:1s sizeLimit:2q mode:3i*
core.v1.EndpointAddress ip:1s hostname:3s nodeName:4s targetRef:2@core.v1.ObjectReference
core.v1.EndpointPort name:1s port:2i protocol:3s appProtocol:4s
core.v1.EndpointSubset addresses:1[@core.v1.EndpointAddress notReadyAddresses:2[@core.v1.EndpointAddress ports:3[@core.v1.EndpointPort
core.v1.Endpoints metadata:1@meta.v1.ObjectMeta subsets:2[@core.v1.EndpointSubset
core.v1.EndpointsList metadata:1@meta.v1.ListMeta items:2[@core.v1.Endpoints
core.v1.EnvFromSource prefix:1s configMapRef:2@core.v1.ConfigMapEnvSource secretRef:3@core.v1.SecretEnvSource
core.v1.EnvVar name:1s value:2s valueFrom:3@core.v1.EnvVarSource
core.v1.EnvVarSource fieldRef:1@core.v1.ObjectFieldSelector resourceFieldRef:2@core.v1.ResourceFieldSelector configMapKeyRef:3@core.v1.ConfigMapKeySelector secretKeyRef:4@core.v1.SecretKeySelector fileKeyRef:5@core.v1.FileKeySelector
core.v1.EphemeralContainer !ephemeralContainerCommon:1@core.v1.EphemeralContainerCommon targetContainerName:2s
core.v1.EphemeralContainerCommon name:1s image:2s command:3[s args:4[s workingDir:5s ports:6[@core.v1.ContainerPort envFrom:19[@core.v1.EnvFromSource env:7[@core.v1.EnvVar resources:8@core.v1.ResourceRequirements resizePolicy:23[@core.v1.ContainerResizePolicy restartPolicy:24s restartPolicyRules:25[@core.v1.ContainerRestartRule volumeMounts:9[@core.v1.VolumeMount volumeDevices:21[@core.v1.VolumeDevice livenessProbe:10@core.v1.Probe readinessProbe:11@core.v1.Probe startupProbe:22@core.v1.Probe lifecycle:12@core.v1.Lifecycle terminationMessagePath:13s terminationMessagePolicy:20s imagePullPolicy:14s securityContext:15@core.v1.SecurityContext stdin:16b stdinOnce:17b tty:18b
core.v1.EphemeralVolumeSource volumeClaimTemplate:1@core.v1.PersistentVolumeClaimTemplate
core.v1.Event metadata:1@meta.v1.ObjectMeta involvedObject:2@core.v1.ObjectReference reason:3s message:4s source:5@core.v1.EventSource firstTimestamp:6t lastTimestamp:7t count:8i type:9s eventTime:10u series:11@core.v1.EventSeries action:12s related:13@core.v1.ObjectReference reportingComponent:14s reportingInstance:15s
core.v1.EventList metadata:1@meta.v1.ListMeta items:2[@core.v1.Event
core.v1.EventSeries count:1i lastObservedTime:2u
core.v1.EventSource component:1s host:2s
core.v1.EvictionResponder name:1s priority:2i*
core.v1.ExecAction command:1[s
core.v1.FCVolumeSource targetWWNs:1[s lun:2i* fsType:3s readOnly:4b wwids:5[s
core.v1.FileKeySelector volumeName:1s path:2s key:3s optional:4b*
core.v1.FlexPersistentVolumeSource driver:1s fsType:2s secretRef:3@core.v1.SecretReference readOnly:4b options:5{s
core.v1.FlexVolumeSource driver:1s fsType:2s secretRef:3@core.v1.LocalObjectReference readOnly:4b options:5{s
core.v1.FlockerVolumeSource datasetName:1s datasetUUID:2s
core.v1.GCEPersistentDiskVolumeSource pdName:1s fsType:2s partition:3i readOnly:4b
core.v1.GRPCAction port:1i service:2s mode:3s
core.v1.GitRepoVolumeSource repository:1s revision:2s directory:3s
core.v1.GlusterfsPersistentVolumeSource endpoints:1s path:2s readOnly:3b endpointsNamespace:4s
core.v1.GlusterfsVolumeSource endpoints:1s path:2s readOnly:3b
core.v1.HTTPGetAction path:1s port:2x host:3s scheme:4s httpHeaders:5[@core.v1.HTTPHeader protocol:6s
core.v1.HTTPHeader name:1s value:2s
core.v1.HostAlias ip:1s hostnames:2[s
core.v1.HostIP ip:1s
core.v1.HostPathVolumeSource path:1s type:2s
core.v1.ISCSIPersistentVolumeSource targetPortal:1s iqn:2s lun:3i* iscsiInterface:4s fsType:5s readOnly:6b portals:7[s chapAuthDiscovery:8b chapAuthSession:11b secretRef:10@core.v1.SecretReference initiatorName:12s
core.v1.ISCSIVolumeSource targetPortal:1s iqn:2s lun:3i* iscsiInterface:4s fsType:5s readOnly:6b portals:7[s chapAuthDiscovery:8b chapAuthSession:11b secretRef:10@core.v1.LocalObjectReference initiatorName:12s
core.v1.ImageVolumeSource reference:1s pullPolicy:2s
core.v1.ImageVolumeStatus imageRef:1s
core.v1.KeyToPath key:1s path:2s mode:3i* user:4i*
core.v1.Lifecycle postStart:1@core.v1.LifecycleHandler preStop:2@core.v1.LifecycleHandler stopSignal:3s
core.v1.LifecycleHandler exec:1@core.v1.ExecAction httpGet:2@core.v1.HTTPGetAction tcpSocket:3@core.v1.TCPSocketAction sleep:4@core.v1.SleepAction
core.v1.LimitRange metadata:1@meta.v1.ObjectMeta spec:2@core.v1.LimitRangeSpec
core.v1.LimitRangeItem type:1s max:2{q min:3{q default:4{q defaultRequest:5{q maxLimitRequestRatio:6{q
core.v1.LimitRangeList metadata:1@meta.v1.ListMeta items:2[@core.v1.LimitRange
core.v1.LimitRangeSpec limits:1[@core.v1.LimitRangeItem
core.v1.LinuxContainerUser uid:1i* gid:2i* supplementalGroups:3[i
core.v1.List metadata:1@meta.v1.ListMeta items:2[j
core.v1.LoadBalancerIngress ip:1s hostname:2s ipMode:3s ports:4[@core.v1.PortStatus
core.v1.LoadBalancerStatus ingress:1[@core.v1.LoadBalancerIngress
core.v1.LocalObjectReference name:1s
core.v1.LocalVolumeSource path:1s fsType:2s
core.v1.ModifyVolumeStatus targetVolumeAttributesClassName:1s status:2s
core.v1.NFSVolumeSource server:1s path:2s readOnly:3b
core.v1.Namespace metadata:1@meta.v1.ObjectMeta spec:2@core.v1.NamespaceSpec status:3@core.v1.NamespaceStatus
core.v1.NamespaceCondition type:1s status:2s lastTransitionTime:4t reason:5s message:6s
core.v1.NamespaceList metadata:1@meta.v1.ListMeta items:2[@core.v1.Namespace
core.v1.NamespaceSpec finalizers:1[s
core.v1.NamespaceStatus phase:1s conditions:2[@core.v1.NamespaceCondition
core.v1.Node metadata:1@meta.v1.ObjectMeta spec:2@core.v1.NodeSpec status:3@core.v1.NodeStatus
core.v1.NodeAddress type:1s address:2s
core.v1.NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:1@core.v1.NodeSelector preferredDuringSchedulingIgnoredDuringExecution:2[@core.v1.PreferredSchedulingTerm
core.v1.NodeAllocatableMappedResources name:1s quantity:2q
core.v1.NodeAllocatableOverheadResources name:1s perPod:2q perContainer:3q
core.v1.NodeAllocatableResourceClaimStatus resourceClaimName:1s containers:2[s mapping:4[@core.v1.NodeAllocatableMappedResources overhead:5[@core.v1.NodeAllocatableOverheadResources
core.v1.NodeCondition type:1s status:2s lastHeartbeatTime:3t lastTransitionTime:4t reason:5s message:6s
core.v1.NodeConfigSource configMap:2@core.v1.ConfigMapNodeConfigSource
core.v1.NodeConfigStatus assigned:1@core.v1.NodeConfigSource active:2@core.v1.NodeConfigSource lastKnownGood:3@core.v1.NodeConfigSource error:4s
core.v1.NodeDaemonEndpoints kubeletEndpoint:1@core.v1.DaemonEndpoint
core.v1.NodeFeatures supplementalGroupsPolicy:1b*
core.v1.NodeList metadata:1@meta.v1.ListMeta items:2[@core.v1.Node
core.v1.NodePodPreemptionPolicy disableResizePreemption:1[s
core.v1.NodeProxyOptions path:1s
core.v1.NodeRuntimeHandler name:1s features:2@core.v1.NodeRuntimeHandlerFeatures
core.v1.NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:1b* userNamespaces:2b*
core.v1.NodeSelector nodeSelectorTerms:1[@core.v1.NodeSelectorTerm
core.v1.NodeSelectorRequirement key:1s operator:2s values:3[s
core.v1.NodeSelectorTerm matchExpressions:1[@core.v1.NodeSelectorRequirement matchFields:2[@core.v1.NodeSelectorRequirement
core.v1.NodeSpec podCIDR:1s podCIDRs:7[s providerID:3s unschedulable:4b taints:5[@core.v1.Taint configSource:6@core.v1.NodeConfigSource externalID:2s podPreemptionPolicy:8@core.v1.NodePodPreemptionPolicy
core.v1.NodeStatus capacity:1{q allocatable:2{q phase:3s conditions:4[@core.v1.NodeCondition addresses:5[@core.v1.NodeAddress daemonEndpoints:6@core.v1.NodeDaemonEndpoints nodeInfo:7@core.v1.NodeSystemInfo images:8[@core.v1.ContainerImage volumesInUse:9[s volumesAttached:10[@core.v1.AttachedVolume config:11@core.v1.NodeConfigStatus runtimeHandlers:12[@core.v1.NodeRuntimeHandler features:13@core.v1.NodeFeatures declaredFeatures:14[s
core.v1.NodeSwapStatus capacity:1i*
core.v1.NodeSystemInfo machineID:1s systemUUID:2s bootID:3s kernelVersion:4s osImage:5s containerRuntimeVersion:6s kubeletVersion:7s kubeProxyVersion:8s operatingSystem:9s architecture:10s swap:11@core.v1.NodeSwapStatus
core.v1.ObjectFieldSelector apiVersion:1s fieldPath:2s
core.v1.ObjectReference kind:1s namespace:2s name:3s uid:4s apiVersion:5s resourceVersion:6s fieldPath:7s
core.v1.PersistentVolume metadata:1@meta.v1.ObjectMeta spec:2@core.v1.PersistentVolumeSpec status:3@core.v1.PersistentVolumeStatus
core.v1.PersistentVolumeClaim metadata:1@meta.v1.ObjectMeta spec:2@core.v1.PersistentVolumeClaimSpec status:3@core.v1.PersistentVolumeClaimStatus
core.v1.PersistentVolumeClaimCondition type:1s status:2s lastProbeTime:3t lastTransitionTime:4t reason:5s message:6s
core.v1.PersistentVolumeClaimList metadata:1@meta.v1.ListMeta items:2[@core.v1.PersistentVolumeClaim
core.v1.PersistentVolumeClaimSpec accessModes:1[s selector:4@meta.v1.LabelSelector resources:2@core.v1.VolumeResourceRequirements volumeName:3s storageClassName:5s* volumeMode:6s dataSource:7@core.v1.TypedLocalObjectReference dataSourceRef:8@core.v1.TypedObjectReference volumeAttributesClassName:9s
core.v1.PersistentVolumeClaimStatus phase:1s accessModes:2[s capacity:3{q conditions:4[@core.v1.PersistentVolumeClaimCondition allocatedResources:5{q allocatedResourceStatuses:7{s currentVolumeAttributesClassName:8s modifyVolumeStatus:9@core.v1.ModifyVolumeStatus healthStatus:10@core.v1.VolumeHealthStatus
core.v1.PersistentVolumeClaimTemplate metadata:1@meta.v1.ObjectMeta spec:2@core.v1.PersistentVolumeClaimSpec
core.v1.PersistentVolumeClaimVolumeSource claimName:1s readOnly:2b
core.v1.PersistentVolumeList metadata:1@meta.v1.ListMeta items:2[@core.v1.PersistentVolume
core.v1.PersistentVolumeSource gcePersistentDisk:1@core.v1.GCEPersistentDiskVolumeSource awsElasticBlockStore:2@core.v1.AWSElasticBlockStoreVolumeSource hostPath:3@core.v1.HostPathVolumeSource glusterfs:4@core.v1.GlusterfsPersistentVolumeSource nfs:5@core.v1.NFSVolumeSource rbd:6@core.v1.RBDPersistentVolumeSource iscsi:7@core.v1.ISCSIPersistentVolumeSource cinder:8@core.v1.CinderPersistentVolumeSource cephfs:9@core.v1.CephFSPersistentVolumeSource fc:10@core.v1.FCVolumeSource flocker:11@core.v1.FlockerVolumeSource flexVolume:12@core.v1.FlexPersistentVolumeSource azureFile:13@core.v1.AzureFilePersistentVolumeSource vsphereVolume:14@core.v1.VsphereVirtualDiskVolumeSource quobyte:15@core.v1.QuobyteVolumeSource azureDisk:16@core.v1.AzureDiskVolumeSource photonPersistentDisk:17@core.v1.PhotonPersistentDiskVolumeSource portworxVolume:18@core.v1.PortworxVolumeSource scaleIO:19@core.v1.ScaleIOPersistentVolumeSource local:20@core.v1.LocalVolumeSource storageos:21@core.v1.StorageOSPersistentVolumeSource csi:22@core.v1.CSIPersistentVolumeSource
core.v1.PersistentVolumeSpec capacity:1{q !persistentVolumeSource:2@core.v1.PersistentVolumeSource accessModes:3[s claimRef:4@core.v1.ObjectReference persistentVolumeReclaimPolicy:5s storageClassName:6s mountOptions:7[s volumeMode:8s nodeAffinity:9@core.v1.VolumeNodeAffinity volumeAttributesClassName:10s
core.v1.PersistentVolumeStatus phase:1s message:2s reason:3s lastPhaseTransitionTime:4t
core.v1.PhotonPersistentDiskVolumeSource pdID:1s fsType:2s
core.v1.Pod metadata:1@meta.v1.ObjectMeta spec:2@core.v1.PodSpec status:3@core.v1.PodStatus
core.v1.PodAffinity requiredDuringSchedulingIgnoredDuringExecution:1[@core.v1.PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution:2[@core.v1.WeightedPodAffinityTerm
core.v1.PodAffinityTerm labelSelector:1@meta.v1.LabelSelector namespaces:2[s topologyKey:3s namespaceSelector:4@meta.v1.LabelSelector matchLabelKeys:5[s mismatchLabelKeys:6[s
core.v1.PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:1[@core.v1.PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution:2[@core.v1.WeightedPodAffinityTerm
core.v1.PodAttachOptions stdin:1b stdout:2b stderr:3b tty:4b container:5s
core.v1.PodCertificateProjection signerName:1s keyType:2s maxExpirationSeconds:3i* credentialBundlePath:4s keyPath:5s certificateChainPath:6s userAnnotations:7{s user:8i*
core.v1.PodCondition type:1s observedGeneration:7i status:2s lastProbeTime:3t lastTransitionTime:4t reason:5s message:6s
core.v1.PodDNSConfig nameservers:1[s searches:2[s options:3[@core.v1.PodDNSConfigOption
core.v1.PodDNSConfigOption name:1s value:2s
core.v1.PodExecOptions stdin:1b stdout:2b stderr:3b tty:4b container:5s command:6[s
core.v1.PodExtendedResourceClaimStatus requestMappings:1[@core.v1.ContainerExtendedResourceRequest resourceClaimName:2s
core.v1.PodIP ip:1s
core.v1.PodList metadata:1@meta.v1.ListMeta items:2[@core.v1.Pod
core.v1.PodLogOptions container:1s follow:2b previous:3b sinceSeconds:4i* sinceTime:5t timestamps:6b tailLines:7i* limitBytes:8i* insecureSkipTLSVerifyBackend:9b stream:10s
core.v1.PodOS name:1s
core.v1.PodPortForwardOptions ports:1[i
core.v1.PodProxyOptions path:1s
core.v1.PodReadinessGate conditionType:1s
core.v1.PodResourceClaim name:1s resourceClaimName:3s resourceClaimTemplateName:4s
core.v1.PodResourceClaimStatus name:1s resourceClaimName:2s
core.v1.PodSchedulingGate name:1s
core.v1.PodSchedulingGroup podGroupName:1s
core.v1.PodSecurityContext seLinuxOptions:1@core.v1.SELinuxOptions windowsOptions:8@core.v1.WindowsSecurityContextOptions runAsUser:2i* runAsGroup:6i* runAsNonRoot:3b* supplementalGroups:4[i supplementalGroupsPolicy:12s fsGroup:5i* sysctls:7[@core.v1.Sysctl fsGroupChangePolicy:9s seccompProfile:10@core.v1.SeccompProfile appArmorProfile:11@core.v1.AppArmorProfile seLinuxChangePolicy:13s
core.v1.PodSignature podController:1@meta.v1.OwnerReference
core.v1.PodSpec volumes:1[@core.v1.Volume initContainers:20[@core.v1.Container containers:2[@core.v1.Container ephemeralContainers:34[@core.v1.EphemeralContainer restartPolicy:3s terminationGracePeriodSeconds:4i* activeDeadlineSeconds:5i* dnsPolicy:6s nodeSelector:7{s serviceAccountName:8s serviceAccount:9s automountServiceAccountToken:21b* nodeName:10s hostNetwork:11b hostPID:12b hostIPC:13b shareProcessNamespace:27b* securityContext:14@core.v1.PodSecurityContext imagePullSecrets:15[@core.v1.LocalObjectReference hostname:16s subdomain:17s affinity:18@core.v1.Affinity schedulerName:19s tolerations:22[@core.v1.Toleration hostAliases:23[@core.v1.HostAlias priorityClassName:24s priority:25i* dnsConfig:26@core.v1.PodDNSConfig readinessGates:28[@core.v1.PodReadinessGate runtimeClassName:29s enableServiceLinks:30b* preemptionPolicy:31s overhead:32{q topologySpreadConstraints:33[@core.v1.TopologySpreadConstraint setHostnameAsFQDN:35b* os:36@core.v1.PodOS hostUsers:37b* schedulingGates:38[@core.v1.PodSchedulingGate resourceClaims:39[@core.v1.PodResourceClaim resources:40@core.v1.ResourceRequirements hostnameOverride:41s schedulingGroup:43@core.v1.PodSchedulingGroup evictionResponders:44[@core.v1.EvictionResponder
core.v1.PodStatus observedGeneration:17i phase:1s conditions:2[@core.v1.PodCondition message:3s reason:4s nominatedNodeName:11s hostIP:5s hostIPs:16[@core.v1.HostIP podIP:6s podIPs:12[@core.v1.PodIP startTime:7t initContainerStatuses:10[@core.v1.ContainerStatus containerStatuses:8[@core.v1.ContainerStatus qosClass:9s ephemeralContainerStatuses:13[@core.v1.ContainerStatus resize:14s resourceClaimStatuses:15[@core.v1.PodResourceClaimStatus extendedResourceClaimStatus:18@core.v1.PodExtendedResourceClaimStatus allocatedResources:19{q resources:20@core.v1.ResourceRequirements nodeAllocatableResourceClaimStatuses:21[@core.v1.NodeAllocatableResourceClaimStatus volumeHealth:22[@core.v1.PodVolumeHealth
core.v1.PodTemplate metadata:1@meta.v1.ObjectMeta template:2@core.v1.PodTemplateSpec
core.v1.PodTemplateList metadata:1@meta.v1.ListMeta items:2[@core.v1.PodTemplate
core.v1.PodTemplateSpec metadata:1@meta.v1.ObjectMeta spec:2@core.v1.PodSpec
core.v1.PodVolumeHealth name:1s healthConditions:2[@core.v1.VolumeHealthCondition lastTransitionTime:3t
core.v1.PortStatus port:1i protocol:2s error:3s
core.v1.PortworxVolumeSource volumeID:1s fsType:2s readOnly:3b
core.v1.Preconditions uid:1s
core.v1.PreferAvoidPodsEntry podSignature:1@core.v1.PodSignature evictionTime:2t reason:3s message:4s
core.v1.PreferredSchedulingTerm weight:1i preference:2@core.v1.NodeSelectorTerm
core.v1.Probe !handler:1@core.v1.ProbeHandler initialDelaySeconds:2i timeoutSeconds:3i periodSeconds:4i successThreshold:5i failureThreshold:6i terminationGracePeriodSeconds:7i*
core.v1.ProbeHandler exec:1@core.v1.ExecAction httpGet:2@core.v1.HTTPGetAction tcpSocket:3@core.v1.TCPSocketAction grpc:4@core.v1.GRPCAction
core.v1.ProjectedVolumeSource sources:1[@core.v1.VolumeProjection defaultMode:2i* defaultUser:3i*
core.v1.QuobyteVolumeSource registry:1s volume:2s readOnly:3b user:4s group:5s tenant:6s
core.v1.RBDPersistentVolumeSource monitors:1[s image:2s fsType:3s pool:4s user:5s keyring:6s secretRef:7@core.v1.SecretReference readOnly:8b
core.v1.RBDVolumeSource monitors:1[s image:2s fsType:3s pool:4s user:5s keyring:6s secretRef:7@core.v1.LocalObjectReference readOnly:8b
core.v1.RangeAllocation metadata:1@meta.v1.ObjectMeta range:2s data:3y
core.v1.ReplicationController metadata:1@meta.v1.ObjectMeta spec:2@core.v1.ReplicationControllerSpec status:3@core.v1.ReplicationControllerStatus
core.v1.ReplicationControllerCondition type:1s status:2s lastTransitionTime:3t reason:4s message:5s
core.v1.ReplicationControllerList metadata:1@meta.v1.ListMeta items:2[@core.v1.ReplicationController
core.v1.ReplicationControllerSpec replicas:1i* minReadySeconds:4i selector:2{s template:3@core.v1.PodTemplateSpec
core.v1.ReplicationControllerStatus replicas:1i fullyLabeledReplicas:2i readyReplicas:4i availableReplicas:5i observedGeneration:3i conditions:6[@core.v1.ReplicationControllerCondition
core.v1.ResourceClaim name:1s request:2s
core.v1.ResourceFieldSelector containerName:1s resource:2s divisor:3q
core.v1.ResourceHealth resourceID:1s health:2s message:6s
core.v1.ResourceQuota metadata:1@meta.v1.ObjectMeta spec:2@core.v1.ResourceQuotaSpec status:3@core.v1.ResourceQuotaStatus
core.v1.ResourceQuotaList metadata:1@meta.v1.ListMeta items:2[@core.v1.ResourceQuota
core.v1.ResourceQuotaSpec hard:1{q scopes:2[s scopeSelector:3@core.v1.ScopeSelector
core.v1.ResourceQuotaStatus hard:1{q used:2{q
core.v1.ResourceRequirements limits:1{q requests:2{q claims:3[@core.v1.ResourceClaim
core.v1.ResourceStatus name:1s resources:2[@core.v1.ResourceHealth
core.v1.SELinuxOptions user:1s role:2s type:3s level:4s
core.v1.ScaleIOPersistentVolumeSource gateway:1s system:2s secretRef:3@core.v1.SecretReference sslEnabled:4b protectionDomain:5s storagePool:6s storageMode:7s volumeName:8s fsType:9s readOnly:10b
core.v1.ScaleIOVolumeSource gateway:1s system:2s secretRef:3@core.v1.LocalObjectReference sslEnabled:4b protectionDomain:5s storagePool:6s storageMode:7s volumeName:8s fsType:9s readOnly:10b
core.v1.ScopeSelector matchExpressions:1[@core.v1.ScopedResourceSelectorRequirement
core.v1.ScopedResourceSelectorRequirement scopeName:1s operator:2s values:3[s
core.v1.SeccompProfile type:1s localhostProfile:2s
core.v1.Secret metadata:1@meta.v1.ObjectMeta immutable:5b* data:2{y stringData:4{s type:3s
core.v1.SecretEnvSource !localObjectReference:1@core.v1.LocalObjectReference optional:2b*
core.v1.SecretKeySelector !localObjectReference:1@core.v1.LocalObjectReference key:2s optional:3b*
core.v1.SecretList metadata:1@meta.v1.ListMeta items:2[@core.v1.Secret
core.v1.SecretProjection !localObjectReference:1@core.v1.LocalObjectReference items:2[@core.v1.KeyToPath optional:4b*
core.v1.SecretReference name:1s namespace:2s
core.v1.SecretVolumeSource secretName:1s items:2[@core.v1.KeyToPath defaultMode:3i* optional:4b* defaultUser:5i*
core.v1.SecurityContext capabilities:1@core.v1.Capabilities privileged:2b* seLinuxOptions:3@core.v1.SELinuxOptions windowsOptions:10@core.v1.WindowsSecurityContextOptions runAsUser:4i* runAsGroup:8i* runAsNonRoot:5b* readOnlyRootFilesystem:6b* allowPrivilegeEscalation:7b* procMount:9s seccompProfile:11@core.v1.SeccompProfile appArmorProfile:12@core.v1.AppArmorProfile
core.v1.SerializedReference reference:1@core.v1.ObjectReference
core.v1.Service metadata:1@meta.v1.ObjectMeta spec:2@core.v1.ServiceSpec status:3@core.v1.ServiceStatus
core.v1.ServiceAccount metadata:1@meta.v1.ObjectMeta secrets:2[@core.v1.ObjectReference imagePullSecrets:3[@core.v1.LocalObjectReference automountServiceAccountToken:4b*
core.v1.ServiceAccountList metadata:1@meta.v1.ListMeta items:2[@core.v1.ServiceAccount
core.v1.ServiceAccountTokenProjection audience:1s expirationSeconds:2i* path:3s user:4i*
core.v1.ServiceList metadata:1@meta.v1.ListMeta items:2[@core.v1.Service
core.v1.ServicePort name:1s protocol:2s appProtocol:6s port:3i targetPort:4x nodePort:5i
core.v1.ServiceProxyOptions path:1s
core.v1.ServiceSpec ports:1[@core.v1.ServicePort selector:2{s clusterIP:3s clusterIPs:18[s type:4s externalIPs:5[s sessionAffinity:7s loadBalancerIP:8s loadBalancerSourceRanges:9[s externalName:10s externalTrafficPolicy:11s healthCheckNodePort:12i publishNotReadyAddresses:13b sessionAffinityConfig:14@core.v1.SessionAffinityConfig ipFamilies:19[s ipFamilyPolicy:17s allocateLoadBalancerNodePorts:20b* loadBalancerClass:21s internalTrafficPolicy:22s trafficDistribution:23s
core.v1.ServiceStatus loadBalancer:1@core.v1.LoadBalancerStatus conditions:2[@meta.v1.Condition
core.v1.SessionAffinityConfig clientIP:1@core.v1.ClientIPConfig
core.v1.SleepAction seconds:1i*
core.v1.StorageOSPersistentVolumeSource volumeName:1s volumeNamespace:2s fsType:3s readOnly:4b secretRef:5@core.v1.ObjectReference
core.v1.StorageOSVolumeSource volumeName:1s volumeNamespace:2s fsType:3s readOnly:4b secretRef:5@core.v1.LocalObjectReference
core.v1.Sysctl name:1s value:2s
core.v1.TCPSocketAction port:1x host:2s
core.v1.Taint key:1s value:2s effect:3s timeAdded:4t
core.v1.Toleration key:1s operator:2s value:3s effect:4s tolerationSeconds:5i*
core.v1.TopologySelectorLabelRequirement key:1s values:2[s
core.v1.TopologySelectorTerm matchLabelExpressions:1[@core.v1.TopologySelectorLabelRequirement
core.v1.TopologySpreadConstraint maxSkew:1i topologyKey:2s whenUnsatisfiable:3s labelSelector:4@meta.v1.LabelSelector minDomains:5i* nodeAffinityPolicy:6s nodeTaintsPolicy:7s matchLabelKeys:8[s
core.v1.TypedLocalObjectReference apiGroup:1s kind:2s name:3s
core.v1.TypedObjectReference apiGroup:1s kind:2s name:3s namespace:4s
core.v1.Volume name:1s !volumeSource:2@core.v1.VolumeSource
core.v1.VolumeDevice name:1s devicePath:2s
core.v1.VolumeHealthCondition status:1s reason:2s message:3s
core.v1.VolumeHealthStatus healthConditions:1[@core.v1.VolumeHealthCondition lastTransitionTime:2t
core.v1.VolumeMount name:1s readOnly:2b recursiveReadOnly:7s mountPath:3s subPath:4s mountPropagation:5s subPathExpr:6s bindMountOptions:8[s
core.v1.VolumeMountStatus name:1s mountPath:2s readOnly:3b recursiveReadOnly:4s volumeStatus:5@core.v1.VolumeStatus
core.v1.VolumeNodeAffinity required:1@core.v1.NodeSelector
core.v1.VolumeProjection secret:1@core.v1.SecretProjection downwardAPI:2@core.v1.DownwardAPIProjection configMap:3@core.v1.ConfigMapProjection serviceAccountToken:4@core.v1.ServiceAccountTokenProjection clusterTrustBundle:5@core.v1.ClusterTrustBundleProjection podCertificate:6@core.v1.PodCertificateProjection
core.v1.VolumeResourceRequirements limits:1{q requests:2{q
core.v1.VolumeSource hostPath:1@core.v1.HostPathVolumeSource emptyDir:2@core.v1.EmptyDirVolumeSource gcePersistentDisk:3@core.v1.GCEPersistentDiskVolumeSource awsElasticBlockStore:4@core.v1.AWSElasticBlockStoreVolumeSource gitRepo:5@core.v1.GitRepoVolumeSource secret:6@core.v1.SecretVolumeSource nfs:7@core.v1.NFSVolumeSource iscsi:8@core.v1.ISCSIVolumeSource glusterfs:9@core.v1.GlusterfsVolumeSource persistentVolumeClaim:10@core.v1.PersistentVolumeClaimVolumeSource rbd:11@core.v1.RBDVolumeSource flexVolume:12@core.v1.FlexVolumeSource cinder:13@core.v1.CinderVolumeSource cephfs:14@core.v1.CephFSVolumeSource flocker:15@core.v1.FlockerVolumeSource downwardAPI:16@core.v1.DownwardAPIVolumeSource fc:17@core.v1.FCVolumeSource azureFile:18@core.v1.AzureFileVolumeSource configMap:19@core.v1.ConfigMapVolumeSource vsphereVolume:20@core.v1.VsphereVirtualDiskVolumeSource quobyte:21@core.v1.QuobyteVolumeSource azureDisk:22@core.v1.AzureDiskVolumeSource photonPersistentDisk:23@core.v1.PhotonPersistentDiskVolumeSource projected:26@core.v1.ProjectedVolumeSource portworxVolume:24@core.v1.PortworxVolumeSource scaleIO:25@core.v1.ScaleIOVolumeSource storageos:27@core.v1.StorageOSVolumeSource csi:28@core.v1.CSIVolumeSource ephemeral:29@core.v1.EphemeralVolumeSource image:30@core.v1.ImageVolumeSource
core.v1.VolumeStatus image:1@core.v1.ImageVolumeStatus
core.v1.VsphereVirtualDiskVolumeSource volumePath:1s fsType:2s storagePolicyName:3s storagePolicyID:4s
core.v1.WeightedPodAffinityTerm weight:1i podAffinityTerm:2@core.v1.PodAffinityTerm
core.v1.WindowsSecurityContextOptions gmsaCredentialSpecName:1s gmsaCredentialSpec:2s runAsUserName:3s hostProcess:4b*
discovery.v1.Endpoint addresses:1[s conditions:2@discovery.v1.EndpointConditions hostname:3s targetRef:4@core.v1.ObjectReference deprecatedTopology:5{s nodeName:6s zone:7s hints:8@discovery.v1.EndpointHints
discovery.v1.EndpointConditions ready:1b* serving:2b* terminating:3b*
discovery.v1.EndpointHints forZones:1[@discovery.v1.ForZone forNodes:2[@discovery.v1.ForNode
discovery.v1.EndpointPort name:1s* protocol:2s port:3i* appProtocol:4s
discovery.v1.EndpointSlice metadata:1@meta.v1.ObjectMeta addressType:4s endpoints:2[@discovery.v1.Endpoint ports:3[@discovery.v1.EndpointPort
discovery.v1.EndpointSliceList metadata:1@meta.v1.ListMeta items:2[@discovery.v1.EndpointSlice
discovery.v1.ForNode name:1s
discovery.v1.ForZone name:1s
events.v1.Event metadata:1@meta.v1.ObjectMeta eventTime:2u series:3@events.v1.EventSeries reportingController:4s reportingInstance:5s action:6s reason:7s regarding:8@core.v1.ObjectReference related:9@core.v1.ObjectReference note:10s type:11s deprecatedSource:12@core.v1.EventSource deprecatedFirstTimestamp:13t deprecatedLastTimestamp:14t deprecatedCount:15i
events.v1.EventList metadata:1@meta.v1.ListMeta items:2[@events.v1.Event
events.v1.EventSeries count:1i lastObservedTime:2u
flowcontrol.v1.ExemptPriorityLevelConfiguration nominalConcurrencyShares:1i* lendablePercent:2i*
flowcontrol.v1.FlowDistinguisherMethod type:1s
flowcontrol.v1.FlowSchema metadata:1@meta.v1.ObjectMeta spec:2@flowcontrol.v1.FlowSchemaSpec status:3@flowcontrol.v1.FlowSchemaStatus
flowcontrol.v1.FlowSchemaCondition type:1s status:2s lastTransitionTime:3t reason:4s message:5s
flowcontrol.v1.FlowSchemaList metadata:1@meta.v1.ListMeta items:2[@flowcontrol.v1.FlowSchema
flowcontrol.v1.FlowSchemaSpec priorityLevelConfiguration:1@flowcontrol.v1.PriorityLevelConfigurationReference matchingPrecedence:2i distinguisherMethod:3@flowcontrol.v1.FlowDistinguisherMethod rules:4[@flowcontrol.v1.PolicyRulesWithSubjects
flowcontrol.v1.FlowSchemaStatus conditions:1[@flowcontrol.v1.FlowSchemaCondition
flowcontrol.v1.GroupSubject name:1s
flowcontrol.v1.LimitResponse type:1s queuing:2@flowcontrol.v1.QueuingConfiguration
flowcontrol.v1.LimitedPriorityLevelConfiguration nominalConcurrencyShares:1i* limitResponse:2@flowcontrol.v1.LimitResponse lendablePercent:3i* borrowingLimitPercent:4i*
flowcontrol.v1.NonResourcePolicyRule verbs:1[s nonResourceURLs:6[s
flowcontrol.v1.PolicyRulesWithSubjects subjects:1[@flowcontrol.v1.Subject resourceRules:2[@flowcontrol.v1.ResourcePolicyRule nonResourceRules:3[@flowcontrol.v1.NonResourcePolicyRule
flowcontrol.v1.PriorityLevelConfiguration metadata:1@meta.v1.ObjectMeta spec:2@flowcontrol.v1.PriorityLevelConfigurationSpec status:3@flowcontrol.v1.PriorityLevelConfigurationStatus
flowcontrol.v1.PriorityLevelConfigurationCondition type:1s status:2s lastTransitionTime:3t reason:4s message:5s
flowcontrol.v1.PriorityLevelConfigurationList metadata:1@meta.v1.ListMeta items:2[@flowcontrol.v1.PriorityLevelConfiguration
flowcontrol.v1.PriorityLevelConfigurationReference name:1s
flowcontrol.v1.PriorityLevelConfigurationSpec type:1s limited:2@flowcontrol.v1.LimitedPriorityLevelConfiguration exempt:3@flowcontrol.v1.ExemptPriorityLevelConfiguration
flowcontrol.v1.PriorityLevelConfigurationStatus conditions:1[@flowcontrol.v1.PriorityLevelConfigurationCondition
flowcontrol.v1.QueuingConfiguration queues:1i handSize:2i queueLengthLimit:3i
flowcontrol.v1.ResourcePolicyRule verbs:1[s apiGroups:2[s resources:3[s clusterScope:4b namespaces:5[s
flowcontrol.v1.ServiceAccountSubject namespace:1s name:2s
flowcontrol.v1.Subject kind:1s user:2@flowcontrol.v1.UserSubject group:3@flowcontrol.v1.GroupSubject serviceAccount:4@flowcontrol.v1.ServiceAccountSubject
flowcontrol.v1.UserSubject name:1s
meta.v1.APIGroup name:1s versions:2[@meta.v1.GroupVersionForDiscovery preferredVersion:3@meta.v1.GroupVersionForDiscovery serverAddressByClientCIDRs:4[@meta.v1.ServerAddressByClientCIDR
meta.v1.APIGroupList groups:1[@meta.v1.APIGroup
meta.v1.APIResource name:1s singularName:6s namespaced:2b* group:8s version:9s kind:3s verbs:4w shortNames:5[s categories:7[s storageVersionHash:10s
meta.v1.APIResourceList groupVersion:1s resources:2[@meta.v1.APIResource
meta.v1.APIVersions versions:1[s serverAddressByClientCIDRs:2[@meta.v1.ServerAddressByClientCIDR
meta.v1.ApplyOptions dryRun:1[s force:2b* fieldManager:3s
meta.v1.Condition type:1s status:2s observedGeneration:3i lastTransitionTime:4t reason:5s message:6s
meta.v1.CreateOptions dryRun:1[s fieldManager:3s fieldValidation:4s
meta.v1.DeleteOptions gracePeriodSeconds:1i* preconditions:2@meta.v1.Preconditions orphanDependents:3b* propagationPolicy:4s dryRun:5[s ignoreStoreReadErrorWithClusterBreakingPotential:6b*
meta.v1.FieldSelectorRequirement key:1s operator:2s values:3[s
meta.v1.GetOptions resourceVersion:1s
meta.v1.GroupKind group:1s kind:2s
meta.v1.GroupResource group:1s resource:2s
meta.v1.GroupVersion group:1s version:2s
meta.v1.GroupVersionForDiscovery groupVersion:1s version:2s
meta.v1.GroupVersionKind group:1s version:2s kind:3s
meta.v1.GroupVersionResource group:1s version:2s resource:3s
meta.v1.LabelSelector matchLabels:1{s matchExpressions:2[@meta.v1.LabelSelectorRequirement
meta.v1.LabelSelectorRequirement key:1s operator:2s values:3[s
meta.v1.List metadata:1@meta.v1.ListMeta items:2[j
meta.v1.ListMeta selfLink:1s resourceVersion:2s continue:3s remainingItemCount:4i* shardInfo:5@meta.v1.ShardInfo
meta.v1.ListOptions labelSelector:1s fieldSelector:2s watch:3b allowWatchBookmarks:9b resourceVersion:4s resourceVersionMatch:10s timeoutSeconds:5i* limit:7i continue:8s sendInitialEvents:11b* shardSelector:15s
meta.v1.ManagedFieldsEntry manager:1s operation:2s apiVersion:3s time:4t fieldsType:6s fieldsV1:7j subresource:8s
meta.v1.ObjectMeta name:1s generateName:2s namespace:3s selfLink:4s uid:5s resourceVersion:6s generation:7i creationTimestamp:8t deletionTimestamp:9t deletionGracePeriodSeconds:10i* labels:11{s annotations:12{s ownerReferences:13[@meta.v1.OwnerReference finalizers:14[s managedFields:17[@meta.v1.ManagedFieldsEntry
meta.v1.OwnerReference apiVersion:5s kind:1s name:3s uid:4s controller:6b* blockOwnerDeletion:7b*
meta.v1.PartialObjectMetadata metadata:1@meta.v1.ObjectMeta
meta.v1.PartialObjectMetadataList metadata:1@meta.v1.ListMeta items:2[@meta.v1.PartialObjectMetadata
meta.v1.PatchOptions dryRun:1[s force:2b* fieldManager:3s fieldValidation:4s
meta.v1.Preconditions uid:1s resourceVersion:2s
meta.v1.RootPaths paths:1[s
meta.v1.ServerAddressByClientCIDR clientCIDR:1s serverAddress:2s
meta.v1.ShardInfo selector:1s
meta.v1.Status metadata:1@meta.v1.ListMeta status:2s message:3s reason:4s details:5@meta.v1.StatusDetails code:6i
meta.v1.StatusCause reason:1s message:2s field:3s
meta.v1.StatusDetails name:1s group:2s kind:3s uid:6s causes:4[@meta.v1.StatusCause retryAfterSeconds:5i
meta.v1.TableOptions includeObject:1s
meta.v1.TypeMeta kind:1s apiVersion:2s
meta.v1.UpdateOptions dryRun:1[s fieldManager:2s fieldValidation:3s
meta.v1.WatchEvent type:1s object:2j
networking.v1.HTTPIngressPath path:1s pathType:3s backend:2@networking.v1.IngressBackend
networking.v1.HTTPIngressRuleValue paths:1[@networking.v1.HTTPIngressPath
networking.v1.IPAddress metadata:1@meta.v1.ObjectMeta spec:2@networking.v1.IPAddressSpec
networking.v1.IPAddressList metadata:1@meta.v1.ListMeta items:2[@networking.v1.IPAddress
networking.v1.IPAddressSpec parentRef:1@networking.v1.ParentReference
networking.v1.IPBlock cidr:1s except:2[s
networking.v1.Ingress metadata:1@meta.v1.ObjectMeta spec:2@networking.v1.IngressSpec status:3@networking.v1.IngressStatus
networking.v1.IngressBackend service:4@networking.v1.IngressServiceBackend resource:3@core.v1.TypedLocalObjectReference
networking.v1.IngressClass metadata:1@meta.v1.ObjectMeta spec:2@networking.v1.IngressClassSpec
networking.v1.IngressClassList metadata:1@meta.v1.ListMeta items:2[@networking.v1.IngressClass
networking.v1.IngressClassParametersReference apiGroup:1s kind:2s name:3s scope:4s namespace:5s
networking.v1.IngressClassSpec controller:1s parameters:2@networking.v1.IngressClassParametersReference
networking.v1.IngressList metadata:1@meta.v1.ListMeta items:2[@networking.v1.Ingress
networking.v1.IngressLoadBalancerIngress ip:1s hostname:2s ports:4[@networking.v1.IngressPortStatus
networking.v1.IngressLoadBalancerStatus ingress:1[@networking.v1.IngressLoadBalancerIngress
networking.v1.IngressPortStatus port:1i protocol:2s error:3s
networking.v1.IngressRule host:1s !ingressRuleValue:2@networking.v1.IngressRuleValue
networking.v1.IngressRuleValue http:1@networking.v1.HTTPIngressRuleValue
networking.v1.IngressServiceBackend name:1s port:2@networking.v1.ServiceBackendPort
networking.v1.IngressSpec ingressClassName:4s defaultBackend:1@networking.v1.IngressBackend tls:2[@networking.v1.IngressTLS rules:3[@networking.v1.IngressRule
networking.v1.IngressStatus loadBalancer:1@networking.v1.IngressLoadBalancerStatus
networking.v1.IngressTLS hosts:1[s secretName:2s
networking.v1.NetworkPolicy metadata:1@meta.v1.ObjectMeta spec:2@networking.v1.NetworkPolicySpec
networking.v1.NetworkPolicyEgressRule ports:1[@networking.v1.NetworkPolicyPort to:2[@networking.v1.NetworkPolicyPeer
networking.v1.NetworkPolicyIngressRule ports:1[@networking.v1.NetworkPolicyPort from:2[@networking.v1.NetworkPolicyPeer
networking.v1.NetworkPolicyList metadata:1@meta.v1.ListMeta items:2[@networking.v1.NetworkPolicy
networking.v1.NetworkPolicyPeer podSelector:1@meta.v1.LabelSelector namespaceSelector:2@meta.v1.LabelSelector ipBlock:3@networking.v1.IPBlock
networking.v1.NetworkPolicyPort protocol:1s port:2x endPort:3i*
networking.v1.NetworkPolicySpec podSelector:1@meta.v1.LabelSelector ingress:2[@networking.v1.NetworkPolicyIngressRule egress:3[@networking.v1.NetworkPolicyEgressRule policyTypes:4[s
networking.v1.ParentReference group:1s resource:2s namespace:3s name:4s
networking.v1.ServiceBackendPort name:1s number:2i
networking.v1.ServiceCIDR metadata:1@meta.v1.ObjectMeta spec:2@networking.v1.ServiceCIDRSpec status:3@networking.v1.ServiceCIDRStatus
networking.v1.ServiceCIDRList metadata:1@meta.v1.ListMeta items:2[@networking.v1.ServiceCIDR
networking.v1.ServiceCIDRSpec cidrs:1[s
networking.v1.ServiceCIDRStatus conditions:1[@meta.v1.Condition
node.v1.Overhead podFixed:1{q
node.v1.RuntimeClass metadata:1@meta.v1.ObjectMeta handler:2s overhead:3@node.v1.Overhead scheduling:4@node.v1.Scheduling
node.v1.RuntimeClassList metadata:1@meta.v1.ListMeta items:2[@node.v1.RuntimeClass
node.v1.Scheduling nodeSelector:1{s tolerations:2[@core.v1.Toleration
policy.v1.Eviction metadata:1@meta.v1.ObjectMeta deleteOptions:2@meta.v1.DeleteOptions
policy.v1.PodDisruptionBudget metadata:1@meta.v1.ObjectMeta spec:2@policy.v1.PodDisruptionBudgetSpec status:3@policy.v1.PodDisruptionBudgetStatus
policy.v1.PodDisruptionBudgetList metadata:1@meta.v1.ListMeta items:2[@policy.v1.PodDisruptionBudget
policy.v1.PodDisruptionBudgetSpec minAvailable:1x selector:2@meta.v1.LabelSelector maxUnavailable:3x unhealthyPodEvictionPolicy:4s
policy.v1.PodDisruptionBudgetStatus observedGeneration:1i disruptedPods:2{t disruptionsAllowed:3i* currentHealthy:4i* desiredHealthy:5i* expectedPods:6i* conditions:7[@meta.v1.Condition
rbac.v1.AggregationRule clusterRoleSelectors:1[@meta.v1.LabelSelector
rbac.v1.ClusterRole metadata:1@meta.v1.ObjectMeta rules:2[@rbac.v1.PolicyRule aggregationRule:3@rbac.v1.AggregationRule
rbac.v1.ClusterRoleBinding metadata:1@meta.v1.ObjectMeta subjects:2[@rbac.v1.Subject roleRef:3@rbac.v1.RoleRef
rbac.v1.ClusterRoleBindingList metadata:1@meta.v1.ListMeta items:2[@rbac.v1.ClusterRoleBinding
rbac.v1.ClusterRoleList metadata:1@meta.v1.ListMeta items:2[@rbac.v1.ClusterRole
rbac.v1.PolicyRule verbs:1[s apiGroups:2[s resources:3[s resourceNames:4[s nonResourceURLs:5[s
rbac.v1.Role metadata:1@meta.v1.ObjectMeta rules:2[@rbac.v1.PolicyRule
rbac.v1.RoleBinding metadata:1@meta.v1.ObjectMeta subjects:2[@rbac.v1.Subject roleRef:3@rbac.v1.RoleRef
rbac.v1.RoleBindingList metadata:1@meta.v1.ListMeta items:2[@rbac.v1.RoleBinding
rbac.v1.RoleList metadata:1@meta.v1.ListMeta items:2[@rbac.v1.Role
rbac.v1.RoleRef apiGroup:1s kind:2s name:3s
rbac.v1.Subject kind:1s apiGroup:2s name:3s namespace:4s
resource.v1.AllocatedDeviceStatus driver:1s pool:2s device:3s shareID:7s conditions:4[@meta.v1.Condition data:5j networkData:6@resource.v1.NetworkDeviceData
resource.v1.AllocationResult devices:1@resource.v1.DeviceAllocationResult nodeSelector:3@core.v1.NodeSelector allocationTimestamp:5t
resource.v1.CELDeviceSelector expression:1s
resource.v1.CapacityRequestPolicy default:1q validValues:3[q validRange:4@resource.v1.CapacityRequestPolicyRange
resource.v1.CapacityRequestPolicyRange min:1q max:2q step:3q
resource.v1.CapacityRequirements requests:1{q
resource.v1.Counter value:1q
resource.v1.CounterSet name:1s counters:2{@resource.v1.Counter
resource.v1.Device name:1s attributes:2{@resource.v1.DeviceAttribute capacity:3{@resource.v1.DeviceCapacity consumesCounters:4[@resource.v1.DeviceCounterConsumption nodeName:5s nodeSelector:6@core.v1.NodeSelector allNodes:7b* taints:8[@resource.v1.DeviceTaint bindsToNode:9b* bindingConditions:10[s bindingFailureConditions:11[s allowMultipleAllocations:12b* nodeAllocatableResources:14{@resource.v1.NodeAllocatableResource
resource.v1.DeviceAllocationConfiguration source:1s requests:2[s !deviceConfiguration:3@resource.v1.DeviceConfiguration
resource.v1.DeviceAllocationResult results:1[@resource.v1.DeviceRequestAllocationResult config:2[@resource.v1.DeviceAllocationConfiguration
resource.v1.DeviceAttribute int:2i* bool:3b* string:4s version:5s ints:6[i bools:7[b strings:8[s versions:9[s
resource.v1.DeviceCapacity value:1q requestPolicy:2@resource.v1.CapacityRequestPolicy
resource.v1.DeviceClaim requests:1[@resource.v1.DeviceRequest constraints:2[@resource.v1.DeviceConstraint config:3[@resource.v1.DeviceClaimConfiguration
resource.v1.DeviceClaimConfiguration requests:1[s !deviceConfiguration:2@resource.v1.DeviceConfiguration
resource.v1.DeviceClass metadata:1@meta.v1.ObjectMeta spec:2@resource.v1.DeviceClassSpec
resource.v1.DeviceClassConfiguration !deviceConfiguration:1@resource.v1.DeviceConfiguration
resource.v1.DeviceClassList metadata:1@meta.v1.ListMeta items:2[@resource.v1.DeviceClass
resource.v1.DeviceClassSpec selectors:1[@resource.v1.DeviceSelector config:2[@resource.v1.DeviceClassConfiguration extendedResourceName:4s
resource.v1.DeviceConfiguration opaque:1@resource.v1.OpaqueDeviceConfiguration
resource.v1.DeviceConstraint requests:1[s matchAttribute:2s distinctAttribute:3s
resource.v1.DeviceCounterConsumption counterSet:1s counters:2{@resource.v1.Counter
resource.v1.DeviceRequest name:1s exactly:2@resource.v1.ExactDeviceRequest firstAvailable:3[@resource.v1.DeviceSubRequest
resource.v1.DeviceRequestAllocationResult request:1s driver:2s pool:3s device:4s adminAccess:5b* tolerations:6[@resource.v1.DeviceToleration bindingConditions:7[s bindingFailureConditions:8[s shareID:9s consumedCapacity:10{q skipNodeOperations:11[s
resource.v1.DeviceSelector cel:1@resource.v1.CELDeviceSelector
resource.v1.DeviceSubRequest name:1s deviceClassName:2s selectors:3[@resource.v1.DeviceSelector allocationMode:4s count:5i tolerations:6[@resource.v1.DeviceToleration capacity:7@resource.v1.CapacityRequirements
resource.v1.DeviceTaint key:1s value:2s effect:3s timeAdded:4t
resource.v1.DeviceTaintRule metadata:1@meta.v1.ObjectMeta spec:2@resource.v1.DeviceTaintRuleSpec status:3@resource.v1.DeviceTaintRuleStatus
resource.v1.DeviceTaintRuleList metadata:1@meta.v1.ListMeta items:2[@resource.v1.DeviceTaintRule
resource.v1.DeviceTaintRuleSpec deviceSelector:1@resource.v1.DeviceTaintSelector taint:2@resource.v1.DeviceTaint
resource.v1.DeviceTaintRuleStatus conditions:1[@meta.v1.Condition
resource.v1.DeviceTaintSelector driver:2s pool:3s device:4s
resource.v1.DeviceToleration key:1s operator:2s value:3s effect:4s tolerationSeconds:5i*
resource.v1.ExactDeviceRequest deviceClassName:1s selectors:2[@resource.v1.DeviceSelector allocationMode:3s count:4i adminAccess:5b* tolerations:6[@resource.v1.DeviceToleration capacity:7@resource.v1.CapacityRequirements
resource.v1.NetworkDeviceData interfaceName:1s ips:2[s hardwareAddress:3s
resource.v1.NodeAllocatableMapping capacityKey:1s capacityMultiplier:2q deviceMultiplier:3q
resource.v1.NodeAllocatableOverhead perPod:1q perContainer:2q
resource.v1.NodeAllocatableResource mapping:3@resource.v1.NodeAllocatableMapping overhead:4@resource.v1.NodeAllocatableOverhead
resource.v1.OpaqueDeviceConfiguration driver:1s parameters:2j
resource.v1.ResourceClaim metadata:1@meta.v1.ObjectMeta spec:2@resource.v1.ResourceClaimSpec status:3@resource.v1.ResourceClaimStatus
resource.v1.ResourceClaimConsumerReference apiGroup:1s resource:3s name:4s uid:5s
resource.v1.ResourceClaimList metadata:1@meta.v1.ListMeta items:2[@resource.v1.ResourceClaim
resource.v1.ResourceClaimSpec devices:1@resource.v1.DeviceClaim
resource.v1.ResourceClaimStatus allocation:1@resource.v1.AllocationResult reservedFor:2[@resource.v1.ResourceClaimConsumerReference devices:4[@resource.v1.AllocatedDeviceStatus
resource.v1.ResourceClaimTemplate metadata:1@meta.v1.ObjectMeta spec:2@resource.v1.ResourceClaimTemplateSpec
resource.v1.ResourceClaimTemplateList metadata:1@meta.v1.ListMeta items:2[@resource.v1.ResourceClaimTemplate
resource.v1.ResourceClaimTemplateSpec metadata:1@meta.v1.ObjectMeta spec:2@resource.v1.ResourceClaimSpec
resource.v1.ResourcePool name:1s generation:2i resourceSliceCount:3i
resource.v1.ResourceSlice metadata:1@meta.v1.ObjectMeta spec:2@resource.v1.ResourceSliceSpec
resource.v1.ResourceSliceList metadata:1@meta.v1.ListMeta items:2[@resource.v1.ResourceSlice
resource.v1.ResourceSliceSpec driver:1s pool:2@resource.v1.ResourcePool nodeName:3s nodeSelector:4@core.v1.NodeSelector allNodes:5b* devices:6[@resource.v1.Device perDeviceNodeSelection:7b* sharedCounters:8[@resource.v1.CounterSet partitionTypeAttribute:9s skipNodeOperations:10[s
scheduling.v1.PriorityClass metadata:1@meta.v1.ObjectMeta value:2i* globalDefault:3b description:4s preemptionPolicy:5s
scheduling.v1.PriorityClassList metadata:1@meta.v1.ListMeta items:2[@scheduling.v1.PriorityClass
storage.v1.CSIDriver metadata:1@meta.v1.ObjectMeta spec:2@storage.v1.CSIDriverSpec
storage.v1.CSIDriverList metadata:1@meta.v1.ListMeta items:2[@storage.v1.CSIDriver
storage.v1.CSIDriverSpec attachRequired:1b* podInfoOnMount:2b* volumeLifecycleModes:3[s storageCapacity:4b* fsGroupPolicy:5s tokenRequests:6[@storage.v1.TokenRequest requiresRepublish:7b* seLinuxMount:8b* nodeAllocatableUpdatePeriodSeconds:9i* serviceAccountTokenInSecrets:10b* preventPodSchedulingIfMissing:11b*
storage.v1.CSINode metadata:1@meta.v1.ObjectMeta spec:2@storage.v1.CSINodeSpec status:3@storage.v1.CSINodeStatus
storage.v1.CSINodeDriver name:1s nodeID:2s topologyKeys:3[s allocatable:4@storage.v1.VolumeNodeResources
storage.v1.CSINodeList metadata:1@meta.v1.ListMeta items:2[@storage.v1.CSINode
storage.v1.CSINodeSpec drivers:1[@storage.v1.CSINodeDriver
storage.v1.CSINodeStatus storageHealth:1[@storage.v1.StorageHealth
storage.v1.CSIStorageCapacity metadata:1@meta.v1.ObjectMeta nodeTopology:2@meta.v1.LabelSelector storageClassName:3s capacity:4q maximumVolumeSize:5q
storage.v1.CSIStorageCapacityList metadata:1@meta.v1.ListMeta items:2[@storage.v1.CSIStorageCapacity
storage.v1.StorageClass metadata:1@meta.v1.ObjectMeta provisioner:2s parameters:3{s reclaimPolicy:4s mountOptions:5[s allowVolumeExpansion:6b* volumeBindingMode:7s allowedTopologies:8[@core.v1.TopologySelectorTerm
storage.v1.StorageClassList metadata:1@meta.v1.ListMeta items:2[@storage.v1.StorageClass
storage.v1.StorageHealth name:1s healthConditions:2[@storage.v1.StorageHealthCondition
storage.v1.StorageHealthCondition status:1s reason:2s message:3s accessMode:4s volumeMode:5s lastTransitionTime:6t
storage.v1.TokenRequest audience:1s expirationSeconds:2i*
storage.v1.VolumeAttachment metadata:1@meta.v1.ObjectMeta spec:2@storage.v1.VolumeAttachmentSpec status:3@storage.v1.VolumeAttachmentStatus
storage.v1.VolumeAttachmentList metadata:1@meta.v1.ListMeta items:2[@storage.v1.VolumeAttachment
storage.v1.VolumeAttachmentSource persistentVolumeName:1s inlineVolumeSpec:2@core.v1.PersistentVolumeSpec
storage.v1.VolumeAttachmentSpec attacher:1s source:2@storage.v1.VolumeAttachmentSource nodeName:3s
storage.v1.VolumeAttachmentStatus attached:1b* attachmentMetadata:2{s attachError:3@storage.v1.VolumeError detachError:4@storage.v1.VolumeError
storage.v1.VolumeAttributesClass metadata:1@meta.v1.ObjectMeta driverName:2s parameters:3{s
storage.v1.VolumeAttributesClassList metadata:1@meta.v1.ListMeta items:2[@storage.v1.VolumeAttributesClass
storage.v1.VolumeError time:1t message:2s errorCode:3i*
storage.v1.VolumeNodeResources count:1i*
`
