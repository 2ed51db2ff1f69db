{{- define "loadtest.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name, which usually contains the chart's. The name of a Service has at most 63 characters. */}}
{{- define "loadtest.fullname" -}}
{{- $name := include "loadtest.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "loadtest.selectorLabels" -}}
app.kubernetes.io/name: {{ include "loadtest.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "loadtest.labels" -}}
{{ include "loadtest.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "loadtest.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "loadtest.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "loadtest.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The labels of every runner pod, as in api/common/names.ts. */}}
{{- define "loadtest.runnerLabels" -}}
app.kubernetes.io/managed-by: loadtest-operator
app.kubernetes.io/component: runner
{{- end -}}

{{/* The defaults of spec.runners.template that are set. */}}
{{- define "loadtest.runnerTemplate" -}}
{{- $template := dict -}}
{{- range $name, $value := omit .Values.runner "image" "imagePullPolicy" "firstScrapeWait" -}}
{{- if $value -}}{{- $_ := set $template $name $value -}}{{- end -}}
{{- end -}}
{{- toJson $template -}}
{{- end -}}

{{/* CEL: whether a security context, the variable `c`, keeps to the restricted Pod Security Standard (model/limits/pod-fields.ts). */}}
{{- define "loadtest.isRestricted" -}}
!c.?privileged.orValue(false) && !c.?allowPrivilegeEscalation.orValue(false)
&& c.?capabilities.?add.orValue([]).all(name, name == 'NET_BIND_SERVICE') && 'ALL' in c.?capabilities.?drop.orValue(['ALL'])
&& c.?runAsUser.orValue(1) != 0 && c.?runAsNonRoot.orValue(true)
&& c.?seccompProfile.?type.orValue('') != 'Unconfined' && c.?appArmorProfile.?type.orValue('') != 'Unconfined'
&& c.?seLinuxOptions.?user.orValue('') == '' && c.?seLinuxOptions.?role.orValue('') == ''
&& c.?seLinuxOptions.?type.orValue('') in ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']
{{- end -}}

{{/* The Secrets of the operator's own namespace that it reads as files, each in a folder named like its volume. */}}
{{- define "loadtest.volumes" -}}
{{- if and .Values.otlp.endpoint .Values.otlp.headersSecret -}}
- name: otlp-headers
  secret: {secretName: {{ .Values.otlp.headersSecret }}}
{{ end -}}
{{- range .Values.webhooks -}}
- name: webhook-{{ .name }}
  secret: {secretName: {{ .secretName }}}
{{ end -}}
{{- end -}}

{{/* The webhooks as the operator reads them, each with the folder of its Secret. */}}
{{- define "loadtest.webhooks" -}}
{{- $webhooks := list -}}
{{- range .Values.webhooks -}}
{{- $webhooks = append $webhooks (set (omit . "secretName") "folder" (printf "/etc/loadtest-operator/webhook-%s" .name)) -}}
{{- end -}}
{{- toJson $webhooks -}}
{{- end -}}

{{/* The limits that are set, as the operator reads them. An empty list of denied addresses is a limit, too. */}}
{{- define "loadtest.limits" -}}
{{- $limits := dict "deniedAddresses" .Values.limits.deniedAddresses "allowScripts" .Values.limits.allowScripts "allowContainers" .Values.limits.allowContainers "allowUnixSockets" .Values.limits.allowUnixSockets -}}
{{- range $name, $value := .Values.limits -}}
{{- if $value -}}{{- $_ := set $limits $name $value -}}{{- end -}}
{{- end -}}
{{- toJson $limits -}}
{{- end -}}

{{/*
CEL: whether the variable `host` is an address in one of the ranges. A range of IPv4 addresses also denies the ranges of IPv6 addresses that lead to
it (model/limits/address-guard.ts): compatible, SIIT, 6to4, and NAT64 by RFC 6052, with a prefix of 48, 56, 64 or 96 bits. IPv4 addresses mapped
to IPv6 are no addresses for the API server, and the schema rejects them. Forms behind any prefix are for the operator to judge.
*/}}
{{- define "loadtest.isDenied" -}}
{{- $tests := list -}}
{{- $host := printf "variables.%s" .host -}}
{{- range .ranges -}}
{{- $tests = append $tests (printf "cidr('%s').containsIP(%s)" . $host) -}}
{{- if not (contains ":" .) -}}
{{- $n := splitList "/" . | last | int -}}
{{- $b := list -}}{{- range splitList "." (splitList "/" . | first) -}}{{- $b = append $b (int .) -}}{{- end -}}
{{- $v4 := splitList "/" . | first -}}
{{- $ranges := list (printf "::%s/%d" $v4 (add 96 $n)) (printf "::ffff:0:%s/%d" $v4 (add 96 $n)) (printf "64:ff9b::%s/%d" $v4 (add 96 $n)) (printf "64:ff9b:1::%s/%d" $v4 (add 96 $n)) -}}
{{- $ranges = append $ranges (printf "2002:%02x%02x:%02x%02x::/%d" (index $b 0) (index $b 1) (index $b 2) (index $b 3) (add 16 $n)) -}}
{{- /* The ninth byte, which is zero, is within the prefix as soon as a later byte is. */ -}}
{{- $ranges = append $ranges (printf "64:ff9b:1:%02x%02x:%02x:%02x00::/%d" (index $b 0) (index $b 1) (index $b 2) (index $b 3) (add 48 $n (ternary 8 0 (gt $n 16)))) -}}
{{- $ranges = append $ranges (printf "64:ff9b:1:%02x:%02x:%02x%02x::/%d" (index $b 0) (index $b 1) (index $b 2) (index $b 3) (add 56 $n (ternary 8 0 (gt $n 8)))) -}}
{{- $ranges = append $ranges (printf "64:ff9b:1:0:%02x:%02x%02x:%02x00:0/%d" (index $b 0) (index $b 1) (index $b 2) (index $b 3) (add 72 $n)) -}}
{{- range $ranges -}}{{- $tests = append $tests (printf "cidr('%s').containsIP(%s)" . $host) -}}{{- end -}}
{{- end -}}
{{- end -}}
isIP({{ $host }}) && ({{ join " || " $tests }})
{{- end -}}

{{/* A pattern that matches the allowed hosts. */}}
{{- define "loadtest.allowedHosts" -}}
{{- $patterns := list -}}
{{- range .Values.limits.allowedHosts -}}
{{- $patterns = append $patterns (. | replace "." "[.]" | replace "*" ".*") -}}
{{- end -}}
^({{ join "|" $patterns }})$
{{- end -}}
